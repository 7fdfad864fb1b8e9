"""URL patterns of the app: `pages` under a language prefix, `machine_formats` without."""

from django.urls import path, re_path

from stories.exports.references.files import FORMS
from stories.web import (
    api,
    api_v1,
    citing,
    data,
    downloads,
    feeds,
    health,
    linked,
    oai,
    sitemaps,
    version_views,
    views,
)

pages = [
    path("", views.overview, name="overview"),
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:slug>/", views.case, name="case"),
    path("cases/<slug:slug>/card.png", views.share_card, name="share-card"),
    path("cases/<slug:slug>/cite/", citing.case, name="cite-case"),
    path("cases/<slug:slug>/v/<int:number>/cite/", citing.version, name="cite-version"),
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
    path("sources/<slug:key>/cite/", citing.source, name="cite-source"),
    path("api/v1/docs", api_v1.docs, name="api-docs"),
    path("data/", data.data, name="data"),
    path("data/codebook/", data.codebook_page, name="codebook"),
    path("about/", views.about, name="about"),
]
machine_formats = [
    *(path(f"api/v1/{e.path}", view, name=f"api-{e.name}") for e, view in api_v1.ENDPOINTS),
    path("api/v1/openapi.json", api_v1.description, name="api-description"),
    re_path(r"^api/v1(?:/(?!docs\Z)|\Z)", api_v1.unknown),
    *(
        path(f"{name}.{form}", downloads.table, {"name": name, "form": form}, f"{name}-{form}")
        for name in downloads.TABLES
        for form in downloads.TYPES
    ),
    *(
        path(f"data/latest.{ending}", data.latest, {"ending": ending}, f"data-latest-{ending}")
        for ending in data.TYPES
    ),
    re_path(r"^data/(?P<name>[\w.-]+)\Z", data.file, name="data-file"),
    path("cases/<slug:slug>.jsonld", linked.case, name="case-linked"),
    path("cases/<slug:slug>/v/<int:number>.jsonld", linked.version, name="version-linked"),
    path("cases/<slug:slug>.json", api.case_document, name="case-document"),
    path(
        "cases/<slug:slug>/v/<int:number>.json",
        api.version_document,
        name="version-document",
    ),
    *(
        path(f"{address}.{ending}", view, {"ending": ending}, name=f"{name}-{ending}")
        for address, view, name in (
            ("cases/<slug:slug>", citing.case_file, "case"),
            ("cases/<slug:slug>/v/<int:number>", citing.version_file, "version"),
            ("sources/<slug:key>", citing.source_file, "source"),
        )
        for ending in FORMS
    ),
    path("cases.atom", views.library_page(feeds.new_cases), name="cases-feed"),
    path(
        "corrections.atom",
        views.library_page(feeds.latest_corrections),
        name="corrections-feed",
    ),
    re_path(
        r"^media/(?P<file>(?P<name>[0-9a-f]{32})-[0-9]{1,5}\.(?P<kind>avif|webp))\Z",
        views.picture,
        name="picture",
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("oai", oai.oai, name="oai"),
    path("robots.txt", views.robots, name="robots"),
    path("llms.txt", views.llms, name="llms"),
    path("sitemap.xml", views.library_page(sitemaps.index), name="sitemap"),
    path(
        "sitemap-<slug:section>-<int:number>.xml",
        views.library_page(sitemaps.part),
        name="sitemap-part",
    ),
]
