"""What an event is answered with."""
