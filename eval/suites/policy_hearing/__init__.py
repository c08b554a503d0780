"""Is what people write about policies heard right: what they want, which policies, which facts?"""
