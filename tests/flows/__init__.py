"""The office procedures, told as stories."""
