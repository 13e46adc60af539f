"""The list, a notice typed in by hand, and one notice with its parts."""

from django.urls import URLPattern, URLResolver, path

from sakerhetsmeddelanden.views import figures, history, judging, listing, notice, targets

ROOM = "sakerhetsmeddelanden/"
ONE = f"{ROOM}<str:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOM, listing.notices, name="safety_notices"),
    path(f"{ROOM}uttag/<slug:form>/", listing.extract, name="notices_extract"),
    path(f"{ROOM}traffsiffror/", figures.figures, name="notice_figures"),
    path(f"{ROOM}traffsiffror/uttag/<slug:form>/", figures.extract, name="notice_figures_extract"),
    path(f"{ROOM}nytt/", notice.new, name="notice_new"),
    path(ONE, notice.notice, name="safety_notice"),
    path(f"{ONE}falt/", notice.confirm, name="notice_confirm"),
    path(f"{ONE}parter/", notice.name_parties, name="notice_parties"),
    path(f"{ONE}produkter/<int:pk>/", notice.put_product, name="notice_product"),
    path(f"{ONE}produkter/<int:pk>/ta-bort/", notice.remove_product, name="notice_product_remove"),
    path(f"{ONE}produkter/<int:pk>/registret/", notice.choose_models, name="notice_product_models"),
    path(f"{ONE}system/", notice.add_system, name="notice_system"),
    path(f"{ONE}bedomning/", judging.part, name="notice_judging"),
    path(f"{ONE}bedom/", judging.judge, name="notice_judge"),
    path(f"{ONE}ersatter/", judging.supersede, name="notice_supersede"),
    path(f"{ONE}steg/<slug:name>/", judging.step, name="notice_step"),
    path(f"{ONE}malgrupp/", targets.part, name="notice_targets"),
    path(f"{ONE}malgrupp/traffbild/", targets.run, name="notice_target"),
    path(f"{ONE}malgrupp/lagg-till/", targets.add, name="notice_unit_add"),
    path(f"{ONE}malgrupp/<int:pk>/ta-bort/", targets.take_out, name="notice_unit_take_out"),
    path(f"{ONE}malgrupp/avgor/", targets.decide, name="notice_decide"),
    path(f"{ONE}malgrupp/sena/<int:pk>/<slug:what>/", targets.arrival, name="notice_arrival"),
    path(f"{ONE}historik/", history.part, name="notice_history"),
]
