"""Does each question reach the specialist that can answer it?"""
