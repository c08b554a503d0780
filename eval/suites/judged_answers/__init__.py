"""What does a judge say of the answers that citizens get?"""
