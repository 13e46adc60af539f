"""Where the pages of major incidents are."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.major_incidents.views import gathered, history, incident, lessons, listing

ROOM = "stora-incidenter/"
ONE = f"{ROOM}<str:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOM, listing.incidents, name="major_incidents"),
    path(f"{ROOM}uttag/<slug:form>/", listing.extract, name="major_incidents_extract"),
    path(f"{ROOM}utlys/", listing.declare, name="major_incident_new"),
    path(ONE, incident.part, name="major_incident"),
    path(f"{ONE}beskriv/", incident.describe, name="incident_describe"),
    path(f"{ONE}berorda/", incident.concern, name="incident_concern"),
    path(f"{ONE}leder/", incident.hand_over, name="incident_leader"),
    path(f"{ONE}nummer/", incident.add_ticket, name="incident_ticket"),
    path(f"{ONE}nummer/<int:pk>/ta-bort/", incident.remove_ticket, name="incident_ticket_remove"),
    path(f"{ONE}steg/<slug:name>/", incident.step, name="incident_step"),
    path(f"{ONE}avvikelser/", gathered.part, name="incident_deviations"),
    path(f"{ONE}avvikelser/samla/", gathered.gather, name="incident_gather"),
    path(f"{ONE}avvikelser/<int:pk>/ta-bort/", gathered.release, name="incident_release"),
    path(f"{ONE}lardomar/", lessons.part, name="incident_lessons"),
    path(f"{ONE}lardomar/skriv/", lessons.learn, name="incident_learn"),
    path(f"{ONE}atgarder/ny/", lessons.measure, name="incident_measure_new"),
    path(f"{ONE}historik/", history.part, name="incident_history"),
]
