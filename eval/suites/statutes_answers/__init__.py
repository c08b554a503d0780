"""Are answers from all the law of the country near what a lawyer answered, and do they cite the right articles?"""
