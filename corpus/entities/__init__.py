"""Diseases and chemicals by exact span, as annotators of the literature mark them: ``corpus.entities.reading``."""
