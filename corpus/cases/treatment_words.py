"""What treatments are called, as data: what the terminology lacks, names badly, or counts in that treats nobody.

``mentions`` reads it. Words and phrases are in small letters, in the singular, as ``corpus.words.form`` leaves them.
"""

from __future__ import annotations

from typing import Final

from corpus.cases.model import TreatmentKind


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _lines(listed: str) -> frozenset[str]:
    return frozenset(each.strip() for each in listed.split("\n") if each.strip())


SAID: Final[dict[str, str]] = {
    "drug therapy": "chemotherapy", "operative surgical procedures": "surgery", "surgical amputation": "amputation",
    "coronary artery bypass": "coronary artery bypass grafting", "physical therapy modalities": "physical therapy",
    "lymph node excision": "lymphadenectomy", "knee replacement arthroplasty": "total knee arthroplasty",
    "hip replacement arthroplasty": "total hip arthroplasty", "combination drug therapy": "combination chemotherapy",
    "artificial respiration": "mechanical ventilation", "light coagulation": "photocoagulation",
    "tazobactam drug combination piperacillin": "piperacillin-tazobactam", "castration": "orchiectomy",
    "segmental mastectomy": "partial mastectomy", "blood component removal": "apheresis",
    "bone transplantation": "bone grafting", "skin transplantation": "skin grafting", "ovariectomy": "oophorectomy",
    "positive-pressure respiration": "positive pressure ventilation", "herniorrhaphy": "hernia repair",
    "electric countershock": "cardioversion", "photochemotherapy": "photodynamic therapy", "mammaplasty":
    "breast reconstruction", "immunosuppression therapy": "immunosuppression", "corneal transplantation": "keratoplasty",
    "chorionic gonadotropin (human)": "human chorionic gonadotropin", "anesthetic": "anesthetic", "iodide i-131":
    "radioiodine", "paclitaxel (with polyoxyethylated castor oil)": "paclitaxel", "vitamin b 12": "vitamin B12",
    "vitamin k 1": "vitamin K1", "vitamin k": "vitamin K", "vitamin d": "vitamin D", "penicillin g": "penicillin G",
    "amphotericin b": "amphotericin B", "factor ix complex (human)": "prothrombin complex concentrate",
    "intratracheal intubation": "endotracheal intubation", "erythrocyte transfusion": "red blood cell transfusion",
    "nsaid": "NSAID", "ace inhibitor": "ACE inhibitor", "dmard": "DMARD", "tnf inhibitor": "TNF inhibitor",
    "intravenous immunoglobulin": "intravenous immunoglobulin", "immunoglobulin": "immunoglobulin", "cystectomy":
    "cystectomy", "hyperbaric oxygenation": "hyperbaric oxygen therapy", "haart": "antiretroviral", "surgical removal":
    "surgical excision", "resection": "surgical excision", "surgical resection": "surgical excision",
    "excision": "surgical excision", "removal": "surgical excision", "sglt2 inhibitor": "SGLT2 inhibitor", "jak inhibitor": "JAK inhibitor",
    "hypoglycemic": "antidiabetic", "antithymocyte globulin": "antithymocyte globulin", "phlebotomy": "phlebotomy",
    "cytoreduction surgical procedure": "cytoreductive surgery", "thrombolytic therapy": "thrombolysis",
    "therapeutic embolization": "embolization", "hematopoietic stem cell transplantation":
    "hematopoietic stem cell transplantation", "gynecologic surgical procedure": "gynecologic surgery",
}  # fmt: skip
"""Canonical names as a clinician says them, by what the terminology says in the singular and in small letters."""

MADE_OF_DRUGS: Final = _set(
    "chemotherapy immunotherapy polychemotherapy immunosuppression antiretroviral hormonotherapy thromboprophylaxis"
)
"""Procedures to the terminology, drugs to who gives them: their last words."""

CLASS_NAMES_OF_DRUGS: Final = _set("insulin heparin immunoglobulin interferon estrogen androgen vasopressin protamine")
"""Names in the plural that are nonetheless single drugs to who gives them."""

NO_TREATMENT: Final = _lines("""
    association
    dissection
    injection
    puncture
    activities of daily living
    treatment delay
    duration of therapy
    operative time
    contraindication
    oral administration
    intravenous administration
    subcutaneous injection
    intramuscular injection
    intravenous injection
    intravitreal injection
    intra-arterial infusion
    intravenous infusion
    suggestion
    hygiene
    oral hygiene
    patient care
    critical care
    perioperative period
    postoperative care
    perioperative care
    patient discharge
    patient transfer
    withholding treatment
    drug tapering
    euthanasia
    self medication
    secondary prevention
    prenatal care
    retreatment
    incidental finding
    pigmentation
    skin pigmentation
    anesthesia
    general anesthesia
    local anesthesia
    spinal anesthesia
    epidural anesthesia
    conscious sedation
    insufflation
    barium enema
    cardiac catheterization
    catheterization
    body mass index
    extracorporeal circulation
    cardiopulmonary bypass
    induced heart arrest
    cognitive training
    glycemic control
    continuity of patient care
    aftercare
    follow-up care
    hospice care
    informed consent
    patient positioning
    fertilization
    contraception
    operative surgical procedure
    treatment
    vaginal delivery
    neck dissections
    drug delivery system
    tissue preservation
    precision medicine
    personalized medicine
    drug administration schedule
    drug administration routes
    medication adherence
    patient compliance
    reproductive technique
    natural childbirth
    obstetric delivery
    clinical decision-making
    emergency treatment
    first aid
    emergency medical service
    quality of life
    lubrication
    monitoring
    ligation
    suction
    surgical anastomosis
    technology transfer
    drug prescription
    prescription
    counterpulsation
    treatment failure
    treatment outcome
    combined modality therapy
    concept
    hospitalization
    suggestion
    nursing care
    home care service
    immersion
    bath
    microinjection
    nerve expansion
    mesh
    reflexotherapy
    hemostatic technique
    baths
""")  # fmt: skip
"""Procedures of the terminology that treat nothing, tell of treating in general, or are a step of a surgery."""

THERAPEUTIC: Final = (
    r"(?:ectomy|otomy|ostomy|plasty|pexy|desis|rrhaphy|resection|surgery|ablation|thoracentesis|paracentesis|pericardiocentesis"
    r"|amniocentesis|phlebotomy|embolization|drainage|polypectomy|excision|sclerotherapy|transfusion|removal|lavage"
    r"|neck dissection|node dissection|transplantation|dilatation|stent|bypass|replacement|decompression|coagulation)"
)
"""What tells a surgical procedure that treats from one that looks."""

NO_DRUG: Final = _lines("""
    contrast media
    contrast agent
    gadolinium
    gold
    titanium
    cotton
    rice
    fibrin
    amino acid
    thyrotropin
    thyroglobulin
    c-peptide
    mart-1 antigen
    procalcitonin
    nepidermin
    fibronectin
    hepatitis-b surface antigen
    brain natriuretic peptide
    adhesive
    protein c
    protein s
    prothrombin
    carbon monoxide
    carbon dioxide
    hydrogen
    solvent
    complementary dna
    muramidase
    pik3ca
    rodenticide
    pesticide
    insecticide
    herbicide
    cocaine
    heroin
    methamphetamine
    benzoylecgonine
    homocysteine
    serotonin
    tyrosine
    alanine
    aspartic acid
    glycine
    valine
    serine
    cysteine
    asparagine
    histidine
    lysine
    ornithine
    creatine
    choline
    lactic acid
    lactose
    galactose
    sucrose
    silver
    platinum
    fluorocholine f-18
    fludeoxyglucose
    fluorine f-18
    dotatate gallium ga-68
    gallium ga-68 gozetotide
    3-iodobenzylguanidine
    technetium tc-99m
    technetium tc-99m sestamibi
    technetium
    silicon dioxide
    gelatin
    agglutinin
    allergen
    fixative
    buffer
    oxidant
    irritant
    biocompatible material
    dialysis solution
    methicillin
    chlorine
    iodine
    molybdenum
    anesthetic
    cow milk
    wheat
    mecasermin
    insulin-like growth factor ii
    interleukin-12
    gamma-aminobutyric acid
    adenosine triphosphate
    nadide
    deoxycholic acid
    2-deoxyglucose
    levoglucose
    nitrite
    nitrate
    von willebrand factor
    antithrombin
    luteinizing hormone
    follicle stimulating hormone
    parathyroid hormone
    aldosterone
    dehydroepiandrosterone sulfate
    calcium phosphate
    indigo carmine
    fluorescein
    indocyanine green
    methylene blue
    aluminum
    lead
    mercury
    arsenic
    cadmium
    nickel
    chymotrypsin
    pregnenolone
    human epidermal growth factor
    thrombin
    edetic acid
    prostate-specific antigen
    cannabi
    nicotine
    pollen
    poison
    toxin
    venom
    latex
    peanut
    enzyme inhibitor
    hypoglycemic
    cytochrome
    hormone
    hyaluronic acid
    lecithin
    phosphate
    lipopolysaccharide
    ether
    methanol
    ethylene glycol
    ethanol
    alcohol
    caffeine
    carotene
    tobacco
    medical cannabi
    bilirubin
    acetic acid
    human serum albumin
    corn starch
    adenine
    glutamine
    lubricant
    suture
    petrolatum
    c-reactive protein
    sodium
    bone cement
    hematinic
    antigen
    dronabinol
    fenfluramine
    strychnine
    paraquat
    polyvinyl alcohol
    ascorbate
    ketoglutaric acid
    urea
    cardiotoxin
    esculin
    fluoride
    immunoglobulin e
    immunoglobulin g
    immunoglobulin m
    immunoglobulin a
""")  # fmt: skip
"""Drugs of the terminology that reports name as what is measured, imaged with, stained with, worn or swallowed."""

MEASURED: Final = _lines("""
    calcium
    copper
    hydrocortisone
    adrenocorticotropic hormone
    potassium
    zinc
    iron
    magnesium
    phosphorus
    estradiol
    estrogen
    progesterone
    testosterone
    androgen
    growth hormone
    insulin
    vitamin d
    vitamin b 12
    vitamin k
    vitamin
    folic acid
    immunoglobulin
    interferon gamma
    interferon
    erythropoietin
    epinephrine
    norepinephrine
    dopamine
    human chorionic gonadotropin
    gonadotropin
    carnitine
    cholesterol
    factor viii
    factor ix
    antithrombin iii
    alpha-1-antitrypsin
    methionine
    methylmalonic acid
    phenylalanine
    arginine
    citrulline
    cysteine
    lithium
    sodium chloride
    creatine
    ascorbic acid
    thiamine
    pyridoxine
    riboflavin
    albumin
    vasopressin
    oxytocin
    somatostatin
    gonadotropin-releasing hormone
    nitric oxide
    oxygen
    glucose
    bicarbonate
    mineralocorticoid
    thyroxine
    levothyroxine
    liothyronine
    triiodothyronine
    calcitriol
    cholecalciferol
    zinc acetate
    zinc gluconate
    zinc citrate
    zinc picolinate
    phosphoru
    hydroxyurea nitrogen
    platelet rich plasma
    heparin
    plasma
    opioid
    benzodiazepine
    amphetamine
    human c1-esterase inhibitor
    tryptophan
    retinol
    vitamin a
    vitamin e
    medium-chain triglyceride
    human insulin
    biologic
    allopregnanolone
    tissue plasminogen activator
    ammonia
    colony-stimulating factor
    kinase inhibitor
    glucagon
    prolactin
    calcitonin
    gastrin
    histamine
    acetylcholine
    adenosine
    cyanocobalamin
    dialysate
    silicone
    talc
    thrombopoietin
    immune globulin
    calcium chloride
    tetracosactide
    cosyntropin
    stanozolol
    creatinine
    sodium bicarbonate
    metyrapone
    mineral
    carbohydrate
    protein
    fat
    lipid
""")  # fmt: skip
"""What is measured in a patient at least as often as it is given: a treatment only with a word of giving at hand."""

DRUG_WORDS: Final[dict[str, tuple[str, TreatmentKind]]] = {
    **{word: (word, "drug_class") for word in _set("""
        steroid corticosteroid glucocorticoid antibiotic antimicrobial antibacterial antiviral antifungal
        antituberculosis anthelmintic anticonvulsant antiepileptic antihypertensive antidepressant antipsychotic
        antiemetic antihistamine antiarrhythmic antiplatelet antiretroviral antacid antivenom antitoxin anticoagulant
        anticoagulation analgesic opioid nsaid diuretic vasopressor inotrope bronchodilator laxative
        immunosuppressant immunoglobulin thrombolytic immunomodulator multivitamin quinolone fluoroquinolone
        macrolide cephalosporin carbapenem aminoglycoside antimalarial antispasmodic antipyretic anxiolytic
        sedative hypnotic decongestant expectorant mucolytic emollient antiseptic sunscreen antioxidant probiotic
        antivenin antacid anthracycline taxane benzodiazepine barbiturate nitrate statin antiangiogenic vasodilator
        chemoprophylaxis decongestant antithyroid antihelminthic antiparasitic betablocker antidiabetic
        """)},
    "antituberculous": ("antituberculosis drug", "drug_class"), "antibiotherapy": ("antibiotic", "drug_class"),
    "corticotherapy": ("corticosteroid", "drug_class"), "corticosteroidotherapy": ("corticosteroid", "drug_class"),
    "steroid": ("corticosteroid", "drug_class"), "glucocorticoid": ("corticosteroid", "drug_class"),
    "anticoagulation": ("anticoagulant", "drug_class"), "antimicrobial": ("antimicrobial", "drug_class"),
    "heparinotherapy": ("heparin", "drug"), "insulin": ("insulin", "drug"), "insulinotherapy": ("insulin", "drug"),
    "dextrose": ("dextrose", "drug"), "antidote": ("antidote", "drug_class"), "vaccine": ("vaccine", "drug_class"),
    "rapamycin": ("sirolimus", "drug"), "aspirin": ("aspirin", "drug"), "ivig": ("intravenous immunoglobulin", "drug"),
    "thyroxine": ("levothyroxine", "drug"), "saline": ("saline", "drug"), "eyedrop": ("eye drops", "drug"),
    "anticonvulsant": ("antiepileptic", "drug_class"), "anti-inflammatory": ("anti-inflammatory drug", "drug_class"),
    "anti-inflammatorie": ("anti-inflammatory drug", "drug_class"), "bicarbonate": ("bicarbonate", "drug"),
    "antitubercular": ("antituberculosis drug", "drug_class"), "antiandrogen": ("androgen antagonist", "drug_class"),
    "crystalloid": ("crystalloid", "drug_class"), "ringer": ("Ringer's lactate", "drug"),
}  # fmt: skip
"""Words that name a drug or a class by themselves: what they are called, and the kind."""

NEVER: Final = _set("generic xylocaine glucose tips bath")
"""Names of the terminology that mean something else in reports."""

PROCEDURES: Final = _set("""
    surgery reoperation re-operation re-excision resection excision debridement drainage ablation
    embolization embolisation coiling autograft stenting transplant transplantation allotransplantation transfusion
    dialysis hemodialysis hemofiltration plasma-exchange apheresis irradiation re-irradiation radiosurgery cryoablation
    cryotherapy photocoagulation osteosynthesis amputation arthrodesis cardioversion defibrillation
    intubation re-intubation ventilation resuscitation decompression enucleation exenteration curettage lavage
    rehabilitation cauterization electrocautery thrombolysis fibrinolysis cesarean caesarean detorsion desensitization decortication reanastomosis
    physiotherapy immobilization immobilisation chemoradiation chemoradiotherapy chemo-radiotherapy radiochemotherapy
    radio-chemotherapy radiotherapy chemotherapy polychemotherapy immunotherapy immunochemotherapy chemoimmunotherapy
    hormonotherapy brachytherapy kinesitherapy vitaminotherapy oxygenotherapy psychotherapy sclerotherapy
    phototherapy puva ecmo vv-ecmo va-ecmo obturation massage clipping revascularization revascularisation
    plasmapheresis plasmaphereses phacoemulsification vitrectomy angioplasty catheterisation replantation
    vertebroplasty kyphoplasty pleurodesis stripping cryosurgery electrochemotherapy hemoperfusion leukapheresis
    autotransplantation auto-transplantation retransplantation revision herniorrhaphy marsupialization
    marsupialisation avulsion osteosynthese lithotripsy tracheotomy turp tace hipec ercp-guided thermoablation
    hyperthermia cervicoplasty episiotomy detoxification chelation thromboaspiration thromboprophylaxis rehydration
    bracing hydrotherapy balneotherapy acupuncture electroacupuncture prehabilitation ventriculostomy shunting
    cesarian tocolysis intubate osmotherapy
""")
"""Words that name a procedure by themselves."""
PROCEDURES_OF: Final = _set("""
    operation repair replacement reconstruction closure removal fixation placement implantation extraction evacuation
    exchange release grafting graft bypass shunt reimplantation suturing plication extirpation
    insertion reduction embolectomy augmentation dilatation dilation
    procedure reposition repositioning packing tamponade oxygenation
    allograft flap interposition laser immunization vaccination pacing section block casting radiation oxygen aspiration dissection fusion anastomosis exercise
""")
"""Heads that name a procedure only with a word before them ("valve replacement"), some also with "of" behind."""
NEED: Final[dict[str, frozenset[str]]] = {
    "reduction": _set("open closed fracture manual surgical"),
    "section": _set("cesarean caesarean c"),
    "dissection": _set("node nodal neck axillary submucosal lymph"),
    "exercise": _set("motion strengthening physical breathing"),
    "fusion": _set("spinal vertebral atlantoaxial lumbar cervical posterior anterior interbody joint"),
    "operation": _set(
        "surgical laparoscopic cystoscopic endoscopic whipple hartmann open emergency radical palliative corrective"
    ),
    "radiation": _set("beam body brain adjuvant pelvic stereotactic palliative"),
    "oxygen": _set("flow supplemental mask hyperbaric"),
    "aspiration": _set("percutaneous abscess vacuum pleural therapeutic"),
    "block": _set("nerve plexus ganglion epidural facet"),
    "pacing": _set("temporary transvenous transcutaneous cardiac ventricular atrial"),
    "dilatation": _set("balloon endoscopic pneumatic esophageal urethral"),
    "dilation": _set("balloon endoscopic pneumatic esophageal"),
    "packing": _set("nasal pelvic gauze perihepatic liver uterine vaginal"),
    "laser": _set("diode co2 yag carbon"),
    "tamponade": _set("balloon gas silicone oil uterine"),
    "extraction": _set("tooth teeth dental cataract lens molar stone surgical clot"),
    "exchange": _set("plasma transfusion"),
    "evacuation": _set("surgical hematoma haematoma clot"),
    "release": _set("tunnel surgical tendon contracture fascial myofascial nerve"),
    "reconstruction": _set(
        "prosthetic roux-en-y roux-en-y billroth-i surgical bony vascular abdominal chest pelvic breast surgical acl ligament flap aortic soft nasal mandibular maxillary facial wall penile urethral esophageal"
    ),
}
"""Heads of which only some are treatments: the words that make them one."""
OF_WHAT: Final = _set("""
    repair replacement reconstruction closure removal fixation placement implantation extraction evacuation release
    reimplantation ligation extirpation insertion reduction
""")
"""Those that do with "of" behind: "removal of the cyst"."""

DEVICES: Final = _set("""
    stimulator stent pacemaker defibrillator cardioverter-defibrillator splint brace prosthesis stent-graft orthosis endoprosthesis
    exoskeleton cast implant pessary obturator
    denture filter ventilator bandage corset collar aligner spectacle hearing-aid
""")
"""Devices; those of ``WORN_LOOSELY`` only beside a word of placing."""
WORN_LOOSELY: Final = _set("""
    cast implant filter ventilator bandage collar spectacle tourniquet obturator
    denture aligner corset prosthesis graft
""")

ACTS: Final[dict[str, str]] = {
    "excised": "surgical excision", "resected": "surgical excision", "debrided": "debridement",
    "embolized": "embolization", "embolised": "embolization", "coiled": "coiling", "stented": "stenting",
    "transfused": "transfusion", "intubated": "intubation", "ventilated": "mechanical ventilation",
    "resuscitated": "resuscitation", "dialyzed": "dialysis", "dialysed": "dialysis", "amputated": "amputation",
    "irradiated": "radiotherapy", "ablated": "ablation", "cauterized": "cauterization", "cauterised": "cauterization",
    "decompressed": "decompression", "enucleated": "enucleation", "curetted": "curettage",
    "immobilized": "immobilization", "immobilised": "immobilization", "splinted": "splint",
    "defibrillated": "defibrillation", "cardioverted": "cardioversion", "anticoagulated": "anticoagulant",
    "operated": "surgery", "reoperated": "reoperation", "re-operated": "reoperation", "reconstructed": "reconstruction",
    "repaired": "surgical repair", "drained": "drainage", "evacuated": "evacuation", "transplanted": "transplantation",
    "replanted": "replantation", "re-excised": "surgical excision", "reintubated": "intubation",
    "extirpated": "surgical excision", "heparinized": "heparin", "thrombolysed": "thrombolysis", "ligated": "ligation",
    "thrombolyzed": "thrombolysis", "rehydrated": "rehydration", "re-intubated": "intubation", "sutured": "suture",
}  # fmt: skip
"""Treatments said as a verb ("was excised"): what they are called."""
REMOVED: Final = (
    r"\b(?:mass(?:es)?|tumou?rs?|lesions?|cysts?|stones?|calcul(?:us|i)|foreign\s+body|polyps?|gallbladder|appendix|"
    r"uterus|spleen|kidney|nodules?|thrombus|thrombi|clots?|ov(?:ary|aries)|teeth|tooth|molars?|hematoma|haematoma|myxoma|"
    r"adenoma|fibroma|lipoma|neoplasm|gland|thyroid|bezoar|implants?|plaques?|worms?|lymph\s+nodes?)\b"
)
"""What, where it "was removed", was taken out to treat."""

CARE_HEADS: Final = _set("""
    therapy therapie treatment medication agent drug regimen prophylaxi prophylaxis support care management
    supplementation supplement replacement intervention diet cover coverage pill tablet monotherapy course
    medicine approach procedure combination
""")
CARE: Final[dict[str, tuple[str, TreatmentKind]]] = {
    **{word: ("surgery", "procedure") for word in ("surgical", "operative")},
    "conservative": ("conservative treatment", "procedure"), "nonoperative": ("conservative treatment", "procedure"),
    "non-operative": ("conservative treatment", "procedure"), "nonsurgical": ("conservative treatment", "procedure"),
    "non-surgical": ("conservative treatment", "procedure"), "symptomatic": ("symptomatic treatment", "procedure"),
    "supportive": ("supportive care", "procedure"), "palliative": ("palliative care", "procedure"),
    "antibiotic": ("antibiotic", "drug_class"), "antimicrobial": ("antimicrobial", "drug_class"),
    "pain": ("analgesic", "drug_class"), "analgesic": ("analgesic", "drug_class"),
    "steroid": ("corticosteroid", "drug_class"), "hormonal": ("hormone therapy", "drug_class"),
    "hormone": ("hormone therapy", "drug_class"), "hormone-replacement": ("hormone replacement therapy", "drug_class"),
    "endocrine": ("hormone therapy", "drug_class"), "oxygen": ("oxygen therapy", "procedure"),
    "fluid": ("fluid therapy", "procedure"), "radiation": ("radiotherapy", "procedure"),
    "photodynamic": ("photodynamic therapy", "procedure"), "laser": ("laser therapy", "procedure"),
    "physical": ("physical therapy", "procedure"), "occupational": ("occupational therapy", "procedure"),
    "speech": ("speech therapy", "procedure"), "orthodontic": ("orthodontic treatment", "procedure"),
    "endodontic": ("root canal treatment", "procedure"), "periodontal": ("periodontal treatment", "procedure"),
    "canal": ("root canal treatment", "procedure"), "antiviral": ("antiviral", "drug_class"),
    "antifungal": ("antifungal", "drug_class"), "anticoagulant": ("anticoagulant", "drug_class"),
    "anticoagulation": ("anticoagulant", "drug_class"), "antiplatelet": ("antiplatelet", "drug_class"),
    "antithrombotic": ("antithrombotic", "drug_class"), "antihypertensive": ("antihypertensive", "drug_class"),
    "hypertensive": ("antihypertensive", "drug_class"), "anti-hypertensive": ("antihypertensive", "drug_class"),
    "antiepileptic": ("antiepileptic", "drug_class"), "anti-epileptic": ("antiepileptic", "drug_class"),
    "anticonvulsant": ("antiepileptic", "drug_class"), "antiretroviral": ("antiretroviral", "drug_class"),
    "immunosuppressive": ("immunosuppressant", "drug_class"), "immunosuppressant": ("immunosuppressant", "drug_class"),
    "immunomodulatory": ("immunomodulator", "drug_class"), "cytotoxic": ("chemotherapy", "drug_class"),
    "chemotherapeutic": ("chemotherapy", "drug_class"), "antineoplastic": ("chemotherapy", "drug_class"),
    "antituberculous": ("antituberculosis drug", "drug_class"), "anti-tuberculous": ("antituberculosis drug", "drug_class"),
    "antitubercular": ("antituberculosis drug", "drug_class"), "anti-tubercular": ("antituberculosis drug", "drug_class"),
    "antituberculosis": ("antituberculosis drug", "drug_class"), "anti-tuberculosis": ("antituberculosis drug", "drug_class"),
    "anti-tb": ("antituberculosis drug", "drug_class"), "antimalarial": ("antimalarial", "drug_class"),
    "anti-malarial": ("antimalarial", "drug_class"), "anti-inflammatory": ("anti-inflammatory drug", "drug_class"),
    "antidepressant": ("antidepressant", "drug_class"), "antipsychotic": ("antipsychotic", "drug_class"),
    "antiarrhythmic": ("antiarrhythmic", "drug_class"), "inotropic": ("inotrope", "drug_class"),
    "vasopressor": ("vasopressor", "drug_class"), "diuretic": ("diuretic", "drug_class"),
    "ventilatory": ("mechanical ventilation", "procedure"), "respiratory": ("respiratory support", "procedure"),
    "nutritional": ("nutritional support", "procedure"), "chelation": ("chelation therapy", "drug_class"),
    "tocolytic": ("tocolytic", "drug_class"), "thrombolytic": ("thrombolysis", "procedure"),
    "fibrinolytic": ("thrombolysis", "procedure"), "biologic": ("biologic", "drug_class"),
    "endovascular": ("endovascular treatment", "procedure"), "endoscopic": ("endoscopic treatment", "procedure"),
    "compression": ("compression therapy", "procedure"), "electroconvulsive": ("electroconvulsive therapy", "procedure"),
    "anti-thyroid": ("antithyroid drug", "drug_class"), "antithyroid": ("antithyroid drug", "drug_class"),
    "hypoglycemic": ("antidiabetic", "drug_class"), "antidiabetic": ("antidiabetic", "drug_class"),
    "lipid-lowering": ("lipid lowering agent", "drug_class"), "sedative": ("sedative", "drug_class"),
    "vitamin": ("vitamin supplement", "drug_class"), "blood-pressure": ("antihypertensive", "drug_class"),
    "iv fluid": ("fluid therapy", "procedure"), "psychosocial": ("psychosocial support", "procedure"),
    "psycho-social": ("psychosocial support", "procedure"), "contraceptive": ("contraceptive", "drug_class"), "antispastic": ("antispastic drug", "drug_class"),
    "gluten-free": ("gluten-free diet", "procedure"), "low-fat": ("low-fat diet", "procedure"),
    "ketogenic": ("ketogenic diet", "procedure"), "low-salt": ("low-salt diet", "procedure"),
    "salt-restricted": ("low-salt diet", "procedure"), "radioiodine": ("radioiodine", "drug"),
    "psychiatric": ("psychiatric treatment", "procedure"), "vasoactive": ("vasoactive drug", "drug_class"),
    "anti-osteoporotic": ("anti-osteoporotic drug", "drug_class"), "anti-retroviral": ("antiretroviral", "drug_class"),
    "androgen-deprivation": ("androgen deprivation therapy", "drug_class"),
    "deprivation": ("androgen deprivation therapy", "drug_class"), "antacid": ("antacid", "drug_class"),
    "neuroleptic": ("antipsychotic", "drug_class"), "psychotropic": ("psychotropic drug", "drug_class"),
    "antihistaminic": ("antihistamine", "drug_class"), "anthelmintic": ("anthelmintic", "drug_class"),
    "antiemetic": ("antiemetic", "drug_class"), "antiparasitic": ("antiparasitic", "drug_class"),
    "herbal": ("herbal medicine", "drug_class"), "homeopathic": ("homeopathic medicine", "drug_class"),
    "kerato-plastic": ("keratoplasty", "procedure"), "inhalation": ("inhalation therapy", "drug_class"),
    "cognitive-behavioral": ("cognitive behavioral therapy", "procedure"),
    "prosthodontic": ("prosthodontic treatment", "procedure"), "prosthetic": ("prosthetic treatment", "procedure"),
    "dental": ("dental treatment", "procedure"), "orthopedic": ("orthopedic treatment", "procedure"),
    "targeted": ("targeted therapy", "drug_class"), "adjuvant": ("adjuvant therapy", "drug_class"),
    "neoadjuvant": ("neoadjuvant therapy", "drug_class"), "pulse": ("pulse therapy", "drug_class"),
    "wound": ("wound care", "procedure"), "anti-cancer": ("chemotherapy", "drug_class"),
    "anticancer": ("chemotherapy", "drug_class"), "enzyme-replacement": ("enzyme replacement therapy", "drug_class"),
    "revascularization": ("revascularization", "procedure"), "psychological": ("psychotherapy", "procedure"),
    "anti-allergic": ("antiallergic drug", "drug_class"), "anti-reflux": ("antireflux treatment", "drug_class"),
    "antireflux": ("antireflux treatment", "drug_class"), "cardiac-resynchronization": ("cardiac resynchronization therapy", "device"),
}  # fmt: skip
"""What makes "therapy", "medication", "support" … a treatment that is named: by the word before it."""

MODIFIERS: Final = _set("""
    vacuum beam body brain supplemental high flow pulse laparoscopic open emergency emergent urgent elective total subtotal partial radical complete wide local
    left right bilateral unilateral percutaneous endoscopic transurethral orthotopic surgical robotic robot-assisted
    video-assisted simple modified extended limited near-total en-bloc bloc exploratory decompressive primary
    secondary second-look ultrasound-guided ct-guided stereotactic allogeneic autologous adjuvant neoadjuvant
    concurrent whole-brain transsphenoidal retrograde anterior posterior lateral medial proximal distal
    segmental sleeve wedge redo repeat transcatheter invasive non-invasive noninvasive mechanical minimally
    external internal arthroscopic thoracoscopic hysteroscopic microsurgical craniotomy radiofrequency laser
    abdominal vaginal hepatic renal cardiac pulmonary living-donor cadaveric broad-spectrum intensity-modulated
    conformal high-flow palliative prophylactic salvage consolidation induction maintenance hyperbaric full-thickness
    split-thickness free pedicled upper lower conservative combined single double multiple
    antireflux orthognathic bariatric fetal intrauterine transplant conventional gastrointestinal supportive active
    en hybrid endovascular laser-assisted selective cytoreductive ultrasonic empiric empirical systemic
    prophylactically targeted hormonal red blood packed cell fresh frozen plasma platelet chest tube
""")
"""Words before a treatment that belong to its name."""

UNNAMING: Final = _set("""
    a an the this that these those any no each every her his its their our my some such same other another further
    additional first second third initial subsequent and or of for with without by in on to from at as after before
    during following despite under until since underwent received undergoing undergo was were is are had has have been
    successful planned scheduled then therefore also either both who which when while immediate early delayed
    prompt timely appropriate adequate effective aggressive definitive optimal standard repeated previous prior
    recent past final new one two three four five six several many numerous various multiple if but not via through
    using required requiring performed including included like than about between only most more less well it he she
    they we patient patients successfully subsequently finally performing did do does be being could would should may
    might can will must because due so possible potential necessary needed need s our all half part main major minor
    multidisciplinary current present actual long-term short-term intensive proposed recommended suggested involving
    follow-up hospital clinic department unit ward treatment therapy diagnosis management care general rest vs versus
    day week month year time hour cycle course dose line consider considering considered avoid there where whose into
    per mg ml day-care index next last later earlier soon once until upon against among beyond minimal major complex
    difficult challenging good poor clinical medical specific inadequate proper correct
    alternative actual unnecessary rapid urgent-care ongoing intraoperative intermediate favorable complete
    future facilitate allow enable improve prevent include achieve undergo confirm complete permit receive suspected offer accept
    uneventful uncomplicated safe reported received required attempted undergone undertaken made done gave given
""")
"""Words that a name does not go on over, to the left, and that name nothing before a head."""
