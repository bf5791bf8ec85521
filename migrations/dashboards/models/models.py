"""The tables as the backend's models declare them: with plain foreign keys.

Run by itself it does what the backend's start-up did: create_all in the database that DATABASE_URL
names (a URL or any other connection string of libpq's).  Tables that exist already are left alone.
"""

import os
from datetime import datetime
from typing import Optional
from uuid import UUID, uuid4

import psycopg2
from sqlalchemy import JSON, Column, DateTime
from sqlmodel import Field, SQLModel, create_engine


class Module(SQLModel, table=True):
    __tablename__ = "modules_v2"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    entity_key: str
    label: str


class Bundle(SQLModel, table=True):
    __tablename__ = "bundles"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    entity_key: str
    label: str


class Dashboard(SQLModel, table=True):
    __tablename__ = "dashboards"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    entity_key: str = Field(index=True, sa_column_kwargs={"unique": True})
    source_path: str
    label: str = Field(index=True)
    description: Optional[str] = None
    canonical_json: Optional[dict] = Field(default=None, sa_column=Column(JSON))
    created_at: datetime = Field(
        default_factory=datetime.utcnow, sa_column=Column(DateTime, nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=datetime.utcnow, sa_column=Column(DateTime, nullable=False)
    )


class Resource(SQLModel, table=True):
    __tablename__ = "resources"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    entity_key: str = Field(index=True, sa_column_kwargs={"unique": True})
    source_path: str
    label: str = Field(index=True)
    description: Optional[str] = None
    canonical_json: Optional[dict] = Field(default=None, sa_column=Column(JSON))
    created_at: datetime = Field(
        default_factory=datetime.utcnow, sa_column=Column(DateTime, nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=datetime.utcnow, sa_column=Column(DateTime, nullable=False)
    )
    category_key: str = Field(index=True)


class ModuleDashboard(SQLModel, table=True):
    __tablename__ = "module_dashboard"

    module_id: UUID = Field(foreign_key="modules_v2.id", primary_key=True)
    dashboard_id: UUID = Field(foreign_key="dashboards.id", primary_key=True)


class BundleDashboard(SQLModel, table=True):
    __tablename__ = "bundle_dashboard"

    bundle_id: UUID = Field(foreign_key="bundles.id", primary_key=True)
    dashboard_id: UUID = Field(foreign_key="dashboards.id", primary_key=True)


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"])


def create_all():
    engine = create_engine("postgresql+psycopg2://", creator=connect)
    SQLModel.metadata.create_all(engine)


if __name__ == "__main__":
    create_all()
