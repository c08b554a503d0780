"""Does the judge see what people see?"""
