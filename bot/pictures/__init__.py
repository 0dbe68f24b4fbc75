"""Pictures for the chat: charts drawn as SVG by us, turned into PNG in a process of their own."""
