"""One reader per file format; ``registry`` chooses among them."""
