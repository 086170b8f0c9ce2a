"""Workers killed, stopped and resumed at random while jobs flow: what came of every job."""
