"""Addresses of the app: `pages` stand under their language, `machine_formats` without one."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path, re_path

from stories.web import api, feeds, health, version_views, views

pages = [
    path("", views.overview, name="overview"),
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:slug>/", views.case, name="case"),
    path("cases/<slug:slug>/card.png", views.share_card, name="share-card"),
    path("cases/<slug:slug>/versions/", version_views.versions, name="versions"),
    path("cases/<slug:slug>/v/<int:number>/", version_views.version, name="version"),
    path("cases/<slug:slug>/diff/<int:older>-<int:newer>/", version_views.diff, name="diff"),
    path("corrections/", version_views.corrections, name="corrections"),
    path("suggestions.json", views.suggestions, name="suggestions"),
    path("measures/", views.measure_types, name="measure-types"),
    path("measures/<slug:slug>/", views.measure_type, name="measure-type"),
    path("problems/", views.problem_types, name="problem-types"),
    path("problems/<slug:slug>/", views.problem_type, name="problem-type"),
    path("places/", views.places, name="places"),
    path("places/<slug:code>/", views.place, name="place"),
    path("metrics/", views.metrics, name="metrics"),
    path("matrix/", views.matrix, name="matrix"),
    path("compare/", views.compare, name="compare"),
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:key>/", views.source, name="source"),
    path("about/", views.about, name="about"),
]
machine_formats = [
    path("cases/<slug:slug>.json", api.case_document, name="case-document"),
    path(
        "cases/<slug:slug>/v/<int:number>.json",
        api.version_document,
        name="version-document",
    ),
    path(
        "corrections.atom",
        views.library_page(feeds.CorrectionsFeed()),
        name="corrections-feed",
    ),
    re_path(
        r"^media/(?P<file>(?P<name>[0-9a-f]{32})-[0-9]{1,5}\.(?P<kind>avif|webp))\Z",
        views.picture,
        name="picture",
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        views.library_page(sitemap),
        {"sitemaps": feeds.SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
]
