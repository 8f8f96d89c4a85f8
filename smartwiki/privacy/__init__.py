"""What the site keeps about people: said once by each app; shown, exported, erased from there.

An app says in `AppConfig.ready` what it holds: `register_holdings(Holding(…))`. See
docs/decisions/0027.
"""

from smartwiki.privacy.registry import Held, Holding, Retention, register_holdings

__all__ = ["Held", "Holding", "Retention", "register_holdings"]
