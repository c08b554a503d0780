"""Work orders (工单): their model and states, working days, clocks and deadline profiles."""
