"""S3, path style: buckets, their settings, objects, versions and listings. Policies are kept, not enforced."""

from __future__ import annotations

from console.demo.account import Operations
from console.demo.services.s3 import administration, listing, objects, writing

OPERATIONS: Operations = {
    **administration.OPERATIONS,
    **listing.OPERATIONS,
    **objects.OPERATIONS,
    **writing.OPERATIONS,
}
