"""Reading a message: dates it names, questions it holds, what it leaves to the talk before it, which kind it is of."""
