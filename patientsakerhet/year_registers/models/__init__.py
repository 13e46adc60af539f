"""What the registers of the year hold."""

from patientsakerhet.year_registers.models.duties import Responsibility as Responsibility
from patientsakerhet.year_registers.models.duties import RoleShare as RoleShare
from patientsakerhet.year_registers.models.gatherings import Meeting as Meeting
from patientsakerhet.year_registers.models.gatherings import State as State
from patientsakerhet.year_registers.models.gatherings import Training as Training
from patientsakerhet.year_registers.models.terms import RegisterTerm as RegisterTerm
