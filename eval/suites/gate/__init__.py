"""Does the gate see danger, let calm matters pass, and name the right door?"""
