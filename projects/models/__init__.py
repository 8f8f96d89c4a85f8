"""The cooperative's transformation projects and what is said of them."""

from projects.comments.models import Comment, ReadyReason, Report, Rules, Transition
from projects.models.calls import Call, CallResponse
from projects.models.facets import Axis, Category, Facet, Office, Strategy, Team
from projects.models.files import Attachment
from projects.models.journal import Milestone, Objective, Update
from projects.models.project import Address, Project, Status

__all__ = [
    "Address",
    "Attachment",
    "Axis",
    "Call",
    "CallResponse",
    "Category",
    "Comment",
    "Facet",
    "Milestone",
    "Objective",
    "Office",
    "Project",
    "ReadyReason",
    "Report",
    "Rules",
    "Status",
    "Strategy",
    "Team",
    "Transition",
    "Update",
]
