"""The search log: what was asked, of which state of the corpus, and what was found (PRISMA-S)."""
