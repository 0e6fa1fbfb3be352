"""Encoders behind one small protocol (see ``base``)."""
