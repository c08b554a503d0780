"""Does triage learnt from past orders name the class of a petition, and know when it does not know?"""
