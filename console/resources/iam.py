"""Owns the declarations of IAM's resource types; must not hold logic."""

from __future__ import annotations

from console.iam import roles
from console.resources.fields import Mapped, Path, Pending, name_of_arn, tag_texts
from console.resources.model import Column, DetailField, Enrichment, Kind, ResourceType

ROLES = ResourceType(
    name="iam.roles",
    title="IAM roles",
    service="iam",
    aliases=("iam", "roles", "role"),
    operation="ListRoles",
    items="Roles",
    fetch=roles.fetch_roles,
    id=Path("RoleName"),
    arn=lambda item, _scope: str(item.get("Arn", "")),
    region=lambda _item, _scope: "global",
    columns=(
        Column("name", "NAME", Path("RoleName"), 36, rank=0),
        Column("trust", "TRUSTED BY", roles.trust, 40, Kind.LIST, rank=1),
        Column("risks", "RISKS", roles.risks, 30, Kind.LIST, rank=1),
        Column("last_used", "LAST USED", Pending(), 9, Kind.TIME, rank=2),
        Column("last_used_region", "IN", Pending(), 12, rank=7),
        Column("create_date", "AGE", Path("CreateDate"), 5, Kind.TIME, rank=3),
        Column("path", "PATH", Path("Path"), 20, rank=6),
        Column("max_session_duration", "SESSION", Path("MaxSessionDuration"), 7, Kind.DURATION, rank=8),
        Column("description", "DESCRIPTION", Path("Description"), 40, rank=8),
        Column("role_id", "ROLE ID", Path("RoleId"), 21, Kind.ID, rank=9),
    ),
    enrich=(
        Enrichment(("last_used", "last_used_region"), roles.read_last_used, 900, (("iam", "GetRole"),)),
    ),
    describe=roles.describe,
    calls=(
        ("iam", "ListAttachedRolePolicies"),
        ("iam", "ListRolePolicies"),
        ("iam", "GetRolePolicy"),
        ("iam", "GetPolicy"),
        ("iam", "GetPolicyVersion"),
        ("iam", "ListInstanceProfilesForRole"),
    ),
    fields=(
        DetailField("Role", Path("role.Arn"), Kind.ID),
        DetailField("Trusted by", Mapped("role", roles.trust), Kind.LIST),
        DetailField("Risks", roles.all_risks, Kind.LIST),
        DetailField("Attached", roles.policy_names("attached_policies"), Kind.LIST),
        DetailField("Inline", roles.policy_names("inline_policies"), Kind.LIST),
        DetailField("Boundary", Mapped("role.PermissionsBoundary.PermissionsBoundaryArn", name_of_arn)),
        DetailField("Last used", Path("role.RoleLastUsed.LastUsedDate"), Kind.TIME),
        DetailField("In region", Path("role.RoleLastUsed.Region")),
        DetailField("Session", Path("role.MaxSessionDuration"), Kind.DURATION),
        DetailField("Profiles", roles.profile_names, Kind.LIST),
        DetailField("Description", Path("role.Description")),
        DetailField("Created", Path("role.CreateDate"), Kind.TIME),
        DetailField("Tags", Mapped("role.Tags", tag_texts), Kind.LIST),
        DetailField("Not included", lambda _document: roles.NOT_INCLUDED),
    ),
    problem=roles.problem,
    sort="name",
    period=300,
)  # fmt: skip

TYPES = (ROLES,)
