"""Is personal data in citizens' messages found, all of it and nothing else?"""
