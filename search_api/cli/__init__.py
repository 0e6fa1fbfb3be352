"""The command line: one function per command, what it prints, and its progress bars."""
