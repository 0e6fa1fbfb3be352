"""Diseases, findings, drugs and procedures: their names, and which is a kind of which, shipped as one file."""
