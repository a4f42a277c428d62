"""Run a case: compose its requests, send them, have the answers judged. Nothing here knows pytest."""
