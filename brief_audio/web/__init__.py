"""What listeners touch: the pages, the sound behind them and the server that carries both."""
