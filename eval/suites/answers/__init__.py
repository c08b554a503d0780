"""Do answers stand on the right provision, word for word, with no number of their own?"""
