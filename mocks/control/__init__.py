"""Control of a running stand: health, reset, fault plan, demands of another system."""
