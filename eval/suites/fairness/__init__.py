"""The same needs in the words of different people."""
