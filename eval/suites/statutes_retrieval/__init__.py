"""Does retrieval find the articles that answer, among all the law of the country?"""
