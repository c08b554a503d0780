"""Is the law of the day asked for applied, is nothing repealed told as in force, are conflicts between levels told?"""
