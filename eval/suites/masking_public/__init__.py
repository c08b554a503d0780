"""Is personal data found in the public test cases of another project?"""
