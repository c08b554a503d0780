"""Dispatch by duty list: which unit answers for a matter, on which basis, until when."""
