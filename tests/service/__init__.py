"""The whole service under faults and odd input, each test named by its row of the threats."""
