"""The worked examples of the prompts: what is given, what a model should answer, and what that means.

The prompts hold them as text, laid out as the forms lay out a question; a test holds the two together.
"""
