"""Does the library find the provisions that answer, among everything that is published?"""
