"""What treatments are called, as data: what the terminology lacks, names badly, or counts in that treats nobody.

``mentions`` reads it. Words and phrases are in small letters, in the singular, as ``corpus.words.form`` leaves them.
"""

from __future__ import annotations

from typing import Final

from corpus.cases.model import TreatmentKind


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _pairs(listed: str) -> dict[str, str]:
    """ "word: name" between bars; a word alone is its own name."""
    parts = [" ".join(each.split()).partition(": ") for each in listed.split("|")]
    return {word: name or word for word, _, name in parts}


def _kinds(listed: dict[TreatmentKind, str]) -> dict[str, tuple[str, TreatmentKind]]:
    return {word: (name, kind) for kind, each in listed.items() for word, name in _pairs(each).items()}


def _lines(listed: str) -> frozenset[str]:
    return frozenset(" ".join(each.split()) for each in listed.split("|"))


SAID: Final = _pairs("""
    drug therapy: chemotherapy | operative surgical procedures: surgery | surgical amputation: amputation | coronary
    artery bypass: coronary artery bypass grafting | physical therapy modalities: physical therapy | lymph node
    excision: lymphadenectomy | knee replacement arthroplasty: total knee arthroplasty | hip replacement arthroplasty:
    total hip arthroplasty | combination drug therapy: combination chemotherapy | artificial respiration: mechanical
    ventilation | light coagulation: photocoagulation | tazobactam drug combination piperacillin:
    piperacillin-tazobactam | castration: orchiectomy | segmental mastectomy: partial mastectomy | blood component
    removal: apheresis | bone transplantation: bone grafting | skin transplantation: skin grafting | ovariectomy:
    oophorectomy | positive-pressure respiration: positive pressure ventilation | herniorrhaphy: hernia repair |
    electric countershock: cardioversion | photochemotherapy: photodynamic therapy | mammaplasty: breast reconstruction
    | immunosuppression therapy: immunosuppression | corneal transplantation: keratoplasty | chorionic gonadotropin
    (human): human chorionic gonadotropin | iodide i-131: radioiodine | paclitaxel (with polyoxyethylated castor oil):
    paclitaxel | vitamin b 12: vitamin B12 | vitamin k 1: vitamin K1 | vitamin k: vitamin K | vitamin d: vitamin D |
    penicillin g: penicillin G | amphotericin b: amphotericin B | factor ix complex (human): prothrombin complex
    concentrate | intratracheal intubation: endotracheal intubation | erythrocyte transfusion: red blood cell
    transfusion | nsaid: NSAID | ace inhibitor: ACE inhibitor | dmard: DMARD | tnf inhibitor: TNF inhibitor |
    hyperbaric oxygenation: hyperbaric oxygen therapy | haart: antiretroviral | surgical removal: surgical excision |
    resection: surgical excision | surgical resection: surgical excision | excision: surgical excision | removal:
    surgical excision | sglt2 inhibitor: SGLT2 inhibitor | jak inhibitor: JAK inhibitor | hypoglycemic: antidiabetic |
    cytoreduction surgical procedure: cytoreductive surgery | thrombolytic therapy: thrombolysis | therapeutic
    embolization: embolization | cabg: coronary artery bypass grafting | pci: percutaneous coronary intervention |
    ptca: coronary angioplasty | bso: salpingo-oophorectomy | tah-bso: hysterectomy and salpingo-oophorectomy | lscs:
    cesarean section | orif: open reduction and internal fixation | cpap: continuous positive airway pressure | bipap:
    noninvasive ventilation | niv: noninvasive ventilation | tavi: transcatheter aortic valve implantation | tavr:
    transcatheter aortic valve implantation | gynecologic surgical procedure: gynecologic surgery
""")
"""Canonical names as a clinician says them, by what the terminology says in the singular and in small letters."""

MADE_OF_DRUGS: Final = _set(
    "chemotherapy immunotherapy polychemotherapy immunosuppression antiretroviral hormonotherapy"
)
"""Procedures to the terminology, drugs to who gives them: their last words."""
CLASS_NAMES_OF_DRUGS: Final = _set("insulin heparin immunoglobulin interferon estrogen androgen vasopressin protamine")
"""Names in the plural that are nonetheless single drugs to who gives them."""

NO_TREATMENT: Final = _lines("""
    association | dissection | injection | puncture | activities of daily living | treatment delay | duration of
    therapy | operative time | contraindication | oral administration | intravenous administration | subcutaneous
    injection | intramuscular injection | intravenous injection | intravitreal injection | intra-arterial infusion |
    intravenous infusion | suggestion | hygiene | oral hygiene | patient care | critical care | perioperative period |
    postoperative care | perioperative care | patient discharge | patient transfer | withholding treatment | drug
    tapering | euthanasia | self medication | secondary prevention | prenatal care | retreatment | incidental finding |
    pigmentation | skin pigmentation | anesthesia | general anesthesia | local anesthesia | spinal anesthesia |
    epidural anesthesia | conscious sedation | insufflation | barium enema | cardiac catheterization | catheterization
    | body mass index | extracorporeal circulation | cardiopulmonary bypass | induced heart arrest | cognitive training
    | glycemic control | continuity of patient care | aftercare | follow-up care | hospice care | informed consent |
    patient positioning | fertilization | contraception | operative surgical procedure | treatment | vaginal delivery |
    neck dissections | drug delivery system | tissue preservation | precision medicine | personalized medicine | drug
    administration schedule | drug administration routes | medication adherence | patient compliance | reproductive
    technique | natural childbirth | obstetric delivery | clinical decision-making | emergency treatment | first aid |
    emergency medical service | quality of life | lubrication | monitoring | ligation | suction | surgical anastomosis
    | technology transfer | drug prescription | prescription | counterpulsation | treatment failure | treatment outcome
    | combined modality therapy | concept | hospitalization | nursing care | home care service | immersion | bath |
    microinjection | nerve expansion | mesh | reflexotherapy | hemostatic technique | baths
""")
"""Procedures of the terminology that treat nothing, tell of treating in general, or are a step of a surgery."""

THERAPEUTIC: Final = (
    r"(?:ectomy|otomy|ostomy|plasty|pexy|desis|rrhaphy|resection|surgery|ablation|thoracentesis|paracentesis|pericardiocentesis"
    r"|amniocentesis|phlebotomy|embolization|drainage|polypectomy|excision|sclerotherapy|transfusion|removal|lavage"
    r"|neck dissection|node dissection|transplantation|dilatation|stent|bypass|replacement|decompression|coagulation)"
)
"""What tells a surgical procedure that treats from one that looks."""

NO_DRUG: Final = _lines("""
    placebo | meridian | contrast media | contrast agent | gadolinium | gold | titanium | cotton | rice | fibrin |
    amino acid | thyrotropin | thyroglobulin | c-peptide | mart-1 antigen | procalcitonin | nepidermin | fibronectin |
    hepatitis-b surface antigen | brain natriuretic peptide | adhesive | protein c | protein s | prothrombin | carbon
    monoxide | carbon dioxide | hydrogen | solvent | complementary dna | muramidase | pik3ca | rodenticide | pesticide
    | insecticide | herbicide | cocaine | heroin | methamphetamine | benzoylecgonine | homocysteine | serotonin |
    tyrosine | alanine | aspartic acid | glycine | valine | serine | cysteine | asparagine | histidine | lysine |
    ornithine | creatine | choline | lactic acid | lactose | galactose | sucrose | silver | platinum | fluorocholine
    f-18 | fludeoxyglucose | fluorine f-18 | dotatate gallium ga-68 | gallium ga-68 gozetotide | 3-iodobenzylguanidine
    | technetium tc-99m | technetium tc-99m sestamibi | technetium | silicon dioxide | gelatin | agglutinin | allergen
    | fixative | buffer | oxidant | irritant | biocompatible material | dialysis solution | methicillin | chlorine |
    iodine | molybdenum | anesthetic | cow milk | casein | pancreatic polypeptide | keratin | vimentin | actin | desmin
    | chromogranin | synaptophysin | wheat | mecasermin | insulin-like growth factor ii | interleukin-12 |
    gamma-aminobutyric acid | adenosine triphosphate | nadide | deoxycholic acid | 2-deoxyglucose | levoglucose |
    nitrite | von willebrand factor | antithrombin | luteinizing hormone | follicle stimulating hormone | parathyroid
    hormone | aldosterone | dehydroepiandrosterone sulfate | calcium phosphate | indigo carmine | fluorescein |
    indocyanine green | methylene blue | aluminum | lead | mercury | arsenic | cadmium | nickel | chymotrypsin |
    pregnenolone | human epidermal growth factor | thrombin | edetic acid | prostate-specific antigen | cannabi |
    nicotine | pollen | poison | toxin | venom | latex | peanut | enzyme inhibitor | hypoglycemic | cytochrome |
    hormone | hyaluronic acid | lecithin | phosphate | lipopolysaccharide | ether | methanol | ethylene glycol |
    ethanol | alcohol | caffeine | carotene | tobacco | medical cannabi | bilirubin | acetic acid | human serum albumin
    | corn starch | adenine | glutamine | lubricant | suture | petrolatum | c-reactive protein | sodium | bone cement |
    hematinic | antigen | dronabinol | fenfluramine | strychnine | paraquat | polyvinyl alcohol | ascorbate |
    ketoglutaric acid | urea | cardiotoxin | esculin | fluoride | immunoglobulin e | immunoglobulin g | immunoglobulin
    m | immunoglobulin a
""")
"""Drugs of the terminology that reports name as what is measured, imaged with, stained with, worn or swallowed."""

MEASURED: Final = _lines("""
    aminolevulinic acid | factor xiii | nitrate | calcium | copper | hydrocortisone | adrenocorticotropic hormone |
    potassium | zinc | iron | magnesium | phosphorus | estradiol | estrogen | progesterone | testosterone | androgen
    | growth hormone | insulin | vitamin d | vitamin b 12 | vitamin k | vitamin | folic acid | immunoglobulin |
    interferon gamma | interferon | erythropoietin | epinephrine | norepinephrine | dopamine | human chorionic
    gonadotropin | gonadotropin | carnitine | cholesterol | factor viii | factor ix | antithrombin iii |
    alpha-1-antitrypsin | methionine | methylmalonic acid | phenylalanine | arginine | citrulline | cysteine |
    lithium | sodium chloride | creatine | ascorbic acid | thiamine | pyridoxine | riboflavin | albumin |
    vasopressin | oxytocin | somatostatin | gonadotropin-releasing hormone | nitric oxide | oxygen | glucose |
    bicarbonate | mineralocorticoid | thyroxine | levothyroxine | liothyronine | triiodothyronine | calcitriol |
    cholecalciferol | zinc acetate | zinc gluconate | zinc citrate | zinc picolinate | phosphoru | hydroxyurea
    nitrogen | platelet rich plasma | heparin | plasma | opioid | benzodiazepine | amphetamine | human c1-esterase
    inhibitor | tryptophan | retinol | vitamin a | vitamin e | medium-chain triglyceride | human insulin | biologic
    | allopregnanolone | tissue plasminogen activator | ammonia | colony-stimulating factor | kinase inhibitor |
    glucagon | prolactin | calcitonin | gastrin | histamine | acetylcholine | adenosine | cyanocobalamin | dialysate
    | silicone | talc | thrombopoietin | immune globulin | calcium chloride | tetracosactide | cosyntropin |
    stanozolol | creatinine | sodium bicarbonate | metyrapone | mineral | carbohydrate | protein | fat | lipid
""")
"""What is measured in a patient at least as often as it is given: a treatment only with a word of giving at hand."""

DRUG_WORDS: Final = _kinds(
    {
        "drug": """
        heparinotherapy: heparin | insulin | insulinotherapy: insulin | dextrose | rapamycin: sirolimus | aspirin |
        ivig: intravenous immunoglobulin | thyroxine: levothyroxine | saline | eyedrop: eye drops | bicarbonate |
        ringer: Ringer's lactate
    """,
        "drug_class": """
        antiemetic | immunoglobulin | antipyretic | antituberculosis | anticoagulation: anticoagulant |
        antihypertensive | sunscreen | antifungal | immunosuppressant | antithyroid | hypnotic | chemoprophylaxis |
        nsaid | carbapenem | corticosteroid | antiviral | antihelminthic | antiseptic | vasodilator | diuretic |
        thrombolytic | nitrate | steroid: corticosteroid | antipsychotic | inotrope | opioid | barbiturate |
        aminoglycoside | antibacterial | taxane | antiepileptic | antiparasitic | betablocker | antiangiogenic |
        sedative | anthracycline | antidepressant | vasopressor | cephalosporin | antivenom | analgesic | antibiotic
        | glucocorticoid: corticosteroid | fluoroquinolone | antihistamine | antioxidant | anxiolytic | expectorant
        | bronchodilator | probiotic | macrolide | mucolytic | antitoxin | multivitamin | antiarrhythmic |
        immunomodulator | emollient | antivenin | statin | antimalarial | antacid | decongestant | benzodiazepine |
        antimicrobial | antispasmodic | anthelmintic | antidiabetic | antiretroviral | antiplatelet | laxative |
        quinolone | anticoagulant | anticonvulsant: antiepileptic | antituberculous: antituberculosis drug |
        antibiotherapy: antibiotic | corticotherapy: corticosteroid | corticosteroidotherapy: corticosteroid |
        antidote | vaccine | anti-inflammatory: anti-inflammatory drug | anti-inflammatorie: anti-inflammatory drug
        | antitubercular: antituberculosis drug | antiandrogen: androgen antagonist | crystalloid
    """,
    }
)
"""Words that name a drug or a class by themselves: what they are called, and the kind."""

NEVER: Final = _lines("generic|xylocaine|glucose|tips|bath|drug therapy|pharmacotherapy|pharmacotherapies")
"""Names of the terminology that mean something else in reports, or leave open what was given."""

PROCEDURES: Final = _set("""
    surgery reoperation re-operation re-excision resection excision debridement drainage ablation embolization
    embolisation coiling autograft stenting transplant transplantation allotransplantation transfusion dialysis
    hemodialysis hemofiltration plasma-exchange apheresis irradiation re-irradiation radiosurgery cryoablation
    cryotherapy photocoagulation osteosynthesis amputation arthrodesis cardioversion defibrillation intubation
    re-intubation ventilation resuscitation decompression enucleation exenteration curettage lavage rehabilitation
    cauterization electrocautery thrombolysis fibrinolysis cesarean caesarean detorsion desensitization
    decortication reanastomosis physiotherapy immobilization immobilisation chemoradiation chemoradiotherapy
    chemo-radiotherapy radiochemotherapy radio-chemotherapy radiotherapy chemotherapy polychemotherapy immunotherapy
    immunochemotherapy chemoimmunotherapy hormonotherapy brachytherapy kinesitherapy vitaminotherapy oxygenotherapy
    psychotherapy sclerotherapy phototherapy puva ecmo vv-ecmo va-ecmo obturation massage clipping revascularization
    revascularisation plasmapheresis plasmaphereses phacoemulsification vitrectomy angioplasty catheterisation
    replantation vertebroplasty kyphoplasty pleurodesis stripping cryosurgery electrochemotherapy hemoperfusion
    leukapheresis autotransplantation auto-transplantation retransplantation revision herniorrhaphy marsupialization
    marsupialisation avulsion osteosynthese lithotripsy tracheotomy turp tace hipec ercp-guided thermoablation
    hyperthermia cervicoplasty episiotomy detoxification chelation thromboaspiration thromboprophylaxis rehydration
    bracing hydrotherapy balneotherapy acupuncture electroacupuncture prehabilitation ventriculostomy shunting
    cesarian tocolysis intubate osmotherapy cabg pci ptca bso tah-bso lscs orif cpap bipap niv tavi tavr
""")
"""Words that name a procedure by themselves."""
PROCEDURES_OF: Final = _set("""
    operation repair replacement reconstruction closure removal fixation placement implantation extraction
    evacuation exchange release grafting graft bypass shunt reimplantation suturing plication extirpation insertion
    reduction embolectomy augmentation dilatation dilation procedure reposition repositioning packing tamponade
    oxygenation allograft flap interposition laser immunization vaccination pacing section block casting radiation
    oxygen aspiration dissection fusion anastomosis exercise
""")
"""Heads that name a procedure only with a word before them ("valve replacement"), some also with "of" behind."""
NEED: Final = {
    head: _set(words)
    for head, words in _pairs("""
        reduction: closed fracture manual open surgical | section: c caesarean cesarean | dissection: axillary
        lymph neck nodal node submucosal | exercise: breathing motion physical strengthening | fusion: anterior
        atlantoaxial cervical interbody joint lumbar posterior spinal vertebral | operation: corrective
        cystoscopic emergency endoscopic hartmann laparoscopic open palliative radical surgical whipple |
        radiation: adjuvant beam body brain palliative pelvic stereotactic | oxygen: flow hyperbaric mask
        supplemental | aspiration: abscess percutaneous pleural therapeutic vacuum | block: epidural facet
        ganglion nerve plexus | pacing: atrial cardiac temporary transcutaneous transvenous ventricular |
        dilatation: balloon endoscopic esophageal pneumatic urethral | dilation: balloon endoscopic esophageal
        pneumatic | packing: gauze liver nasal pelvic perihepatic uterine vaginal | laser: carbon co2 diode yag
        | tamponade: balloon gas oil silicone uterine | extraction: cataract clot dental lens molar stone
        surgical teeth tooth | exchange: plasma transfusion | evacuation: clot haematoma hematoma surgical |
        release: contracture fascial myofascial nerve surgical tendon tunnel | reconstruction: abdominal acl
        aortic billroth-i bony breast chest esophageal facial flap ligament mandibular maxillary nasal pelvic
        penile prosthetic roux-en-y soft surgical urethral vascular wall
    """).items()
}
"""Heads of which only some are treatments: the words that make them one."""
OF_WHAT: Final = _set("""
    repair replacement reconstruction closure removal fixation placement implantation extraction evacuation release
    reimplantation ligation extirpation insertion reduction
""")
"""Those that do with "of" behind: "removal of the cyst"."""

DEVICES: Final = _set("""
    stimulator stent pacemaker defibrillator cardioverter-defibrillator splint brace prosthesis stent-graft orthosis
    endoprosthesis exoskeleton cast implant pessary obturator denture filter ventilator bandage corset
    aligner spectacle hearing-aid
""")
"""Devices; those of ``WORN_LOOSELY`` only beside a word of placing."""
WORN_LOOSELY: Final = _set("""
    cast implant filter ventilator bandage spectacle tourniquet obturator denture aligner corset prosthesis
    graft
""")

ACTS: Final = _pairs("""
    excised: surgical excision | resected: surgical excision | debrided: debridement | embolized: embolization |
    embolised: embolization | coiled: coiling | stented: stenting | transfused: transfusion | intubated: intubation
    | ventilated: mechanical ventilation | resuscitated: resuscitation | dialyzed: dialysis | dialysed: dialysis |
    amputated: amputation | irradiated: radiotherapy | ablated: ablation | cauterized: cauterization | cauterised:
    cauterization | enucleated: enucleation | curetted: curettage | immobilized:
    immobilization | immobilised: immobilization | splinted: splint | defibrillated: defibrillation | cardioverted:
    cardioversion | anticoagulated: anticoagulant | operated: surgery | reoperated: reoperation | re-operated:
    reoperation | reconstructed: reconstruction | repaired: surgical repair | drained: drainage | evacuated:
    evacuation | transplanted: transplantation | replanted: replantation | re-excised: surgical excision |
    reintubated: intubation | extirpated: surgical excision | heparinized: heparin | thrombolysed: thrombolysis |
    ligated: ligation | thrombolyzed: thrombolysis | rehydrated: rehydration | re-intubated: intubation | sutured:
    suture
""")
"""Treatments said as a verb ("was excised"): what they are called."""
CARE_HEADS: Final = _set("""
    therapy therapie treatment medication agent drug regimen prophylaxi prophylaxis support care management
    supplementation supplement replacement intervention diet cover coverage pill tablet monotherapy course medicine
    approach procedure combination
""")
CARE: Final = _kinds(
    {
        "drug": """
        radioiodine
    """,
        "drug_class": """
        antibiotic | antimicrobial | pain: analgesic | analgesic | steroid: corticosteroid | hormonal: hormone therapy
        | hormone: hormone therapy | hormone-replacement: hormone replacement therapy | endocrine: hormone therapy |
        antiviral | antifungal | anticoagulant | anticoagulation: anticoagulant | antiplatelet | antithrombotic |
        antihypertensive | hypertensive: antihypertensive | anti-hypertensive: antihypertensive | antiepileptic |
        anti-epileptic: antiepileptic | anticonvulsant: antiepileptic | antiretroviral | immunosuppressive:
        immunosuppressant | immunosuppressant | immunomodulatory: immunomodulator | cytotoxic: chemotherapy |
        chemotherapeutic: chemotherapy | antineoplastic: chemotherapy | antituberculous: antituberculosis drug |
        anti-tuberculous: antituberculosis drug | antitubercular: antituberculosis drug | anti-tubercular:
        antituberculosis drug | antituberculosis: antituberculosis drug | anti-tuberculosis: antituberculosis drug |
        anti-tb: antituberculosis drug | tuberculosis: antituberculosis drug | tb: antituberculosis drug | antimalarial
        | anti-malarial: antimalarial | anti-inflammatory: anti-inflammatory drug | antidepressant | antipsychotic |
        antiarrhythmic | inotropic: inotrope | vasopressor | diuretic | chelation: chelation therapy | tocolytic |
        biologic | anti-thyroid: antithyroid drug | antithyroid: antithyroid drug | hypoglycemic: antidiabetic |
        antidiabetic | lipid-lowering: lipid lowering agent | sedative | vitamin: vitamin supplement | blood-pressure:
        antihypertensive | contraceptive | antispastic: antispastic drug | vasoactive: vasoactive drug |
        anti-osteoporotic: anti-osteoporotic drug | anti-retroviral: antiretroviral | androgen-deprivation: androgen
        deprivation therapy | deprivation: androgen deprivation therapy | antacid | neuroleptic: antipsychotic |
        psychotropic: psychotropic drug | antihistaminic: antihistamine | anthelmintic | antiemetic | antiparasitic |
        herbal: herbal medicine | homeopathic: homeopathic medicine | inhalation: inhalation therapy | targeted:
        targeted therapy | adjuvant: adjuvant therapy | neoadjuvant: neoadjuvant therapy | pulse: pulse therapy |
        anti-cancer: chemotherapy | anticancer: chemotherapy | enzyme-replacement: enzyme replacement therapy |
        anti-allergic: antiallergic drug | anti-reflux: antireflux treatment | antireflux: antireflux treatment
    """,
        "procedure": """
        surgical: surgery | operative: surgery | conservative: conservative treatment | nonoperative: conservative
        treatment | non-operative: conservative treatment | nonsurgical: conservative treatment | non-surgical:
        conservative treatment | symptomatic: symptomatic treatment | supportive: supportive care | palliative:
        palliative care | oxygen: oxygen therapy | fluid: fluid therapy | radiation: radiotherapy | photodynamic:
        photodynamic therapy | laser: laser therapy | physical: physical therapy | occupational: occupational
        therapy | speech: speech therapy | orthodontic: orthodontic treatment | endodontic: root canal treatment |
        periodontal: periodontal treatment | canal: root canal treatment | ventilatory: mechanical ventilation |
        respiratory: respiratory support | nutritional: nutritional support | thrombolytic: thrombolysis |
        fibrinolytic: thrombolysis | endovascular: endovascular treatment | endoscopic: endoscopic treatment |
        compression: compression therapy | electroconvulsive: electroconvulsive therapy | iv fluid: fluid therapy |
        psychosocial: psychosocial support | psycho-social: psychosocial support | gluten-free: gluten-free diet |
        low-fat: low-fat diet | ketogenic: ketogenic diet | low-salt: low-salt diet | salt-restricted: low-salt diet
        | psychiatric: psychiatric treatment | kerato-plastic: keratoplasty | cognitive-behavioral: cognitive
        behavioral therapy | prosthodontic: prosthodontic treatment | prosthetic: prosthetic treatment | dental:
        dental treatment | orthopedic: orthopedic treatment | wound: wound care | revascularization | psychological:
        psychotherapy
    """,
        "device": """
        cardiac-resynchronization: cardiac resynchronization therapy
    """,
    }
)
"""What makes "therapy", "medication", "support" … a treatment that is named: by the word before it."""

MODIFIERS: Final = _set("""
    vacuum beam body brain supplemental high flow pulse closed laparoscopic open emergency emergent urgent elective
    total subtotal partial radical complete wide local left right bilateral unilateral percutaneous endoscopic
    transurethral orthotopic surgical robotic robot-assisted video-assisted simple modified extended limited
    near-total en-bloc bloc exploratory decompressive primary secondary second-look ultrasound-guided ct-guided
    stereotactic allogeneic autologous adjuvant neoadjuvant concurrent whole-brain transsphenoidal retrograde
    anterior posterior lateral medial proximal distal segmental sleeve wedge redo repeat transcatheter invasive
    non-invasive noninvasive mechanical minimally external internal arthroscopic thoracoscopic hysteroscopic
    microsurgical craniotomy radiofrequency laser abdominal vaginal hepatic renal cardiac pulmonary living-donor
    cadaveric broad-spectrum intensity-modulated conformal high-flow palliative prophylactic salvage consolidation
    induction maintenance hyperbaric full-thickness split-thickness free pedicled upper lower conservative combined
    single double multiple antireflux orthognathic bariatric fetal intrauterine transplant conventional
    gastrointestinal supportive active en hybrid endovascular laser-assisted selective cytoreductive ultrasonic
    empiric empirical systemic prophylactically targeted hormonal red blood packed cell fresh frozen plasma platelet
    chest tube
""")
"""Words before a treatment that belong to its name."""

UNNAMING: Final = _set("""
    plus require requires need needs necessitate days weeks months years post pre per-operative post-operative
    postoperative preoperative a an the this that these those any no each every her his its their our my some such
    same other another further additional first second third initial subsequent and or of for with without by in on
    to from at as after before during following despite under until since underwent received undergoing undergo was
    were is are had has have been successful planned scheduled then therefore also either both who which when while
    immediate early delayed prompt timely appropriate adequate effective aggressive definitive optimal standard
    repeated previous prior recent past final new one two three four five six several many numerous various multiple
    if but not via through using required requiring performed including included like than about between only most
    more less well it he she they we patient patients successfully subsequently finally performing did do does be
    being could would should may might can will must because due so possible potential necessary needed need s all
    half part main major minor multidisciplinary current present actual long-term short-term intensive proposed
    recommended suggested involving follow-up hospital clinic department unit ward treatment therapy diagnosis
    management care general rest vs versus day week month year time hour cycle course dose line consider considering
    considered avoid there where whose into per mg ml day-care index next last later earlier soon once upon against
    among beyond minimal complex difficult challenging good poor clinical medical specific inadequate proper correct
    alternative unnecessary rapid urgent-care ongoing intraoperative intermediate favorable complete future
    facilitate allow enable improve prevent include achieve confirm permit receive suspected offer accept uneventful
    uncomplicated safe reported attempted undergone undertaken made done gave given
""")
"""Words that a name does not go on over, to the left, and that name nothing before a head."""
