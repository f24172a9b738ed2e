"""Settings of all tests; being here, it also lets tests import the helpers of this folder."""

from hypothesis import HealthCheck, settings

# No test may fail because the machine was busy; and a red run must be red again.
settings.register_profile(
    "dopusk", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("dopusk")
