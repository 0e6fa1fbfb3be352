"""Names that the terminology counts as diseases, and clinicians as signs, or as words that leave most unsaid."""

from __future__ import annotations

from functools import cache
from typing import Final

from corpus.terminology.terminology import shipped

_SIGNS: Final = """
    cough|dyspnea|hemoptysis|hematuria|dysphagia|odynophagia|proteinuria|albuminuria|arthralgia|myalgia|
    muscle weakness|muscular atrophy|
    muscle cramps|muscle hypotonia|muscle hypertonia|muscle spasticity|alopecia|pruritus|prurigo|rash|exanthem|
    malar rash|erythema|edema|
    lymphadenopathy|cardiomegaly|hepatomegaly|splenomegaly|hepatosplenomegaly|pleural effusion|pericardial effusion|
    ascites|jaundice|
    leukopenia|leukocytosis|anorexia|weight loss|fatigue|asthenia|syncope|presyncope|dizziness|vertigo|headache|
    seizure|coma|confusion|delirium|
    hoarseness|dysphonia|aphonia|dysarthria|aphasia|ataxia|tremor|paresthesia|hypesthesia|paralysis|paresis|
    hemiparesis|paraparesis|
    diplopia|ptosis|blepharoptosis|exophthalmos|nystagmus|photophobia|amaurosis|visual impairment|vision disorder|
    vision, low|low vision|blindness|hearing loss|deafness|
    tinnitus|epistaxis|menorrhagia|metrorrhagia|amenorrhea|dysmenorrhea|dysuria|polyuria|oliguria|anuria|nocturia|
    urinary retention|urinary incontinence|
    constipation|diarrhea|vomiting|nausea|hematemesis|melena|hematochezia|dyspepsia|flatulence|heartburn|steatorrhea|
    pain|abdominal pain|chest pain|
    back pain|neck pain|shoulder pain|low back pain|sciatica|fever|hypothermia|tachycardia|sinus tachycardia|
    bradycardia|hypotension|hypoxia|
    hypoxemia|cyanosis|tachypnea|apnea|respiratory insufficiency|hypercapnia|shock|hyperglycemia|hypoglycemia|
    hypokalemia|hyperkalemia|hyponatremia|
    hypernatremia|hypocalcemia|hypercalcemia|hypoproteinemia|hypoalbuminemia|azotemia|acidosis|metabolic acidosis|
    lactic acidosis|ketosis|dehydration|malnutrition|cachexia|
    leg length inequality|contracture|ankylosis|microstomia|facial asymmetry|obesity|overweight|hyperhidrosis|
    sweating|hirsutism|gait disorder|
    gait disorders, neurologic|cognitive impairment|cognition disorders|memory disorders|amnesia|hallucinations|
    anxiety|insomnia|sleep disorder|irritability|
    neurobehavioral manifestations|neurologic manifestations|somnolence|lethargy|unconsciousness|myoclonus|dyskinesia|
    chorea|dystonia|trismus|
    xerostomia|halitosis|ageusia|anosmia|papilledema|corneal opacity|vitreous floaters|livedo reticularis|ulcer|
    blister|hyperpigmentation|
    hypopigmentation|pigmentation disorder|callus|atrophy|hyperplasia|hypertrophy|necrosis|inflammation|granuloma|
    fibrosis|ischemia|foreign bodies|wounds and injuries|trauma|congenital abnormalities|
    deglutition disorder|metabolic bone diseases|osteopenia|polyarticular arthritis|joint stiffness|joint swelling|
    swelling|splinter hemorrhage|
    petechiae|purpura|ecchymosis|skin abnormality|mouth abnormalities|tooth loss|nasal obstruction|
    vocal cord dysfunction|
    pneumoperitoneum|subcutaneous emphysema|hydronephrosis|hydroureter|multiple organ failure|cholestasis|glycosuria|
    depressive disorder|
    physical deformity|limp|facial pain|eye pain|earache|pelvic pain|flank pain|premature birth|
    pregnancy complications|parasitemia|loss of consciousness|dysphasia|specific language disorder|
    orthostatic hypotension|
    excessive tearing|tearing|aneuploidy|faecal incontinence|quadriplegia|osteolysis|osteolyses|surgical wound|
    pain, intractable|sore throat|hyperemia|chemosis|speech disorder|language development disorders|
    margins of excision|psychomotor agitation
"""
_UNSAID: Final = """
    sclerosis|hematoma|hemorrhage|thrombosis|embolism|infarction|ischemia|    neoplasm|neoplasm metastasis|metastasis|
    infections|infection|cysts|cyst|carcinoma|cancer|adenocarcinoma|sarcoma|abscess|hernia|
    polyp|polyps|
    fistula|fracture|bone fracture|fractures, bone|dislocation|pathologic constriction|aneurysm|rupture|perforation|
    obstruction|stenosis|calcification|inflammation|disease or disorder|syndrome|recurrence|disease progression|
    emergencies|critical illness|chronic disease|acute disease|rare diseases|autoimmune disease|immune system disease|
    viral infectious disease|
    bacterial infectious disease|skin disease|kidney disease|liver disease|lung disease|heart disease|brain disease|
    eye disease|vascular disease|
    cardiovascular disease|connective tissue disease|genetic disease|hereditary disease|congenital abnormalities|
    communicable diseases|
    opportunistic infections|fungal infectious disease|parasitic infectious disease|skin lesion|
    gastrointestinal disease|
    nervous system disease|bone disease|joint disease|arthropathy|myopathy|tumor|benign neoplasm|malignancy|
    diverticulum|ulcer|wounds and injuries|
    hemorrhage|tear|tears|injury|foreign bodies|coinfection|sudden death|postoperative complications|
    surgical wound infection|
    pathological conditions, signs and symptoms|iatrogenic disease|drug-related side effects and adverse reactions|
    complication|
    glycogen storage disease VI
"""
_USUAL: Final = """
    hypertension|diabetes mellitus|type 2 diabetes mellitus|dyslipidemia|hyperlipidemia|hypercholesterolemia|
    hypothyroidism|asthma|obesity|
    gastroesophageal reflux disease|gastroesophageal reflux|osteoarthritis|osteoporosis|depression|anxiety disorder|
    coronary artery disease|
    ischemic heart disease|heart failure|atrial fibrillation|allergic rhinitis|migraine|anemia|iron deficiency anemia|
    hyperuricemia|
    benign prostatic hyperplasia|cataract|appendicitis|gallstones|cholelithiasis|hernia|myopia
"""
_CONSEQUENCES: Final = """
    wound infection|lacerations|eosinophilia|paraplegia|multiple trauma|abdominal injuries|anemia, hemolytic|
    hypereosinophilia|
    acute kidney injury|renal insufficiency|renal failure|acute renal failure|chronic renal insufficiency|
    intestinal obstruction|respiratory insufficiency|respiratory failure|
    acute respiratory failure|heart failure|thrombocytopenia|neutropenia|pancytopenia|sepsis|septic shock|
    toxic shock syndrome|bacteremia|
    respiratory tract infection|bronchitis|urinary tract infection|contusions|contusion|skin ulcer|corneal ulcer|
    pathological fracture|spontaneous fracture|
    loss of consciousness|leukocyte disorder|hypophosphatemia|lymphopenia|hyperuricemia|cardiac arrest|
    cardiogenic shock|brain edema|intracranial hypertension|
    pulmonary atelectasis|coagulopathy|disseminated intravascular coagulation|lymphedema|airway obstruction|
    hypovolemia|cardiac tamponade
"""


@cache
def consequences() -> frozenset[int]:
    """What other diseases come to, and what many patients have beside them."""
    return _named(_CONSEQUENCES) | usual()


@cache
def usual() -> frozenset[int]:
    """What many patients have beside what they are reported for."""
    return _named(_USUAL)


@cache
def signs() -> frozenset[int]:
    """What shows a disease rather than names one."""
    return _named(_SIGNS)


@cache
def unsaid() -> frozenset[int]:
    """Names that leave open which disease it is: "carcinoma" beside "follicular carcinoma of the thyroid"."""
    return _named(_UNSAID)


def _named(names: str) -> frozenset[int]:
    terms = shipped()
    return frozenset(concept for name in names.split("|") for concept in terms.named(" ".join(name.split()))[:1])
