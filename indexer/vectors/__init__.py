"""Vector indexes behind one small protocol (see ``base``)."""
