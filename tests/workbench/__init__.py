"""The office staff's pages, through the doors of a browser."""
