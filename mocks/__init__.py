"""Mock services of the circuit, one package each."""
