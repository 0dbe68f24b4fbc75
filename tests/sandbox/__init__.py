"""The stand-in of WeCom, through its own doors."""
