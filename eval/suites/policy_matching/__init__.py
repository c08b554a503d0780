"""Do the rules of policies give what their texts give, to the cent, and say what they need to know?"""
