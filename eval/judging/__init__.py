"""Judges: a model behind an OpenAI-compatible endpoint says how good an answer is.

ragas' measures with Chinese prompts of our own, and a rubric of our own. The judge is never the model that it judges;
what it fails to say counts as the worst, never as nothing.
"""
