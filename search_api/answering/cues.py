"""The words by which a sentence shows its role, as data.

Three tables: whole words (``WORDS``), word endings (``ENDINGS``) and phrases (``PHRASES``). There is no
drug lexicon here: a drug is told by the ending of its international nonproprietary name (the stems of
the WHO's INN list), by its class, or by what stands around it. ``search_api.answering.roles`` reads them.
"""

from __future__ import annotations

from typing import Final, Literal

WordCue = Literal[
    "drug", "procedure", "care", "give", "act", "patient", "we", "past", "outcome", "present", "diagnose", "test",
    "cause", "adverse", "history", "family", "negation", "literature", "others", "plan", "general",
]  # fmt: skip
"""``drug``, ``procedure``: what a patient is treated with; ``care``: treatment unnamed ("therapy");
``give``: the act of giving; ``act``: a procedure as a verb; ``past``: an auxiliary of the narrative past;
``literature``: other authors; ``others``: patients in general; ``general``: the timeless present and the possible."""

WORDS: Final[dict[WordCue, str]] = {
    "drug": """steroid steroids corticosteroid corticosteroids glucocorticoid glucocorticoids antibiotic antibiotics
        antimicrobial antimicrobials antibacterial antibacterials antiviral antivirals antifungal antifungals antituberculous
        antituberculosis anthelmintic anticonvulsant anticonvulsants antiepileptic antiepileptics antihypertensive
        antihypertensives antidepressant antidepressants antipsychotic antipsychotics antiemetic antiemetics antihistamine
        antihistamines antiarrhythmic antiarrhythmics antiplatelet antiplatelets antiretroviral antiretrovirals antacid
        antacids antidote antivenom antitoxin anticoagulant anticoagulants anticoagulation analgesic analgesics analgesia
        opioid opioids nsaid nsaids diuretic diuretics vasopressor vasopressors inotrope inotropes bronchodilator
        bronchodilators laxative laxatives immunosuppressant immunosuppressants immunosuppression immunosuppressive
        immunoglobulin immunoglobulins ivig insulin interferon blocker blockers inhibitor inhibitors agonist agonists
        antagonist antagonists chemoradiation chemotherapeutic thrombolytics cytotoxic biologic biologics supplements
        supplementation aspirin digoxin morphine lithium ketamine adrenaline epinephrine norepinephrine noradrenaline
        dopamine dobutamine vitamin bicarbonate dextrose saline fluids cream ointment eyedrops lotion mouthwash suppository
        inhaler tablet tablets capsules vaccine regimen cycles bolus boluses infusion infusions injection injections""",
    "procedure": """surgery surgeries operation operations reoperation excision excisions re-excision resection resections
        debridement drainage ablation embolization embolisation coiling clipping grafting graft grafts allograft autograft
        bypass stent stents stenting transplant transplantation transfusion transfusions dialysis hemodialysis haemodialysis
        hemofiltration plasma-exchange apheresis irradiation radiosurgery cryoablation laser photocoagulation reconstruction
        repair fixation osteosynthesis sutures suturing anastomosis ligation amputation arthrodesis replacement implantation
        pacemaker defibrillator cardioversion defibrillation intubation ventilation resuscitation oxygenation decompression
        evacuation enucleation exenteration extraction curettage irrigation lavage shunt shunting splint brace immobilization
        immobilisation prosthesis obturation rehabilitation exercises diet exchange cauterization electrocautery cautery
        thrombolysis fibrinolysis cesarean caesarean closure removal detorsion surgical tamponade ecmo desensitization
        keratoplasty physiotherapy prosthetic massage""",
    "care": "treatment treatments therapy therapies medication medications drug drugs management regime therapeutic",
    "give": """treated retreated received receives receiving administered started restarted commenced initiated instituted
        given prescribed underwent undergone undergoing performed added begun began continued maintained resumed switched
        replaced escalated tapered doubled discontinued stopped ceased withdrawn taking took taken managed medicated
        supplemented substituted used applied injected infused inserted placed implanted done undertaken completed carried
        required needed introduced provided delivered fitted attempted tried treating refractory unresponsive despite failed
        repeated respond responded response gave chose followed""",
    "act": """excised resected removed drained evacuated debrided ligated embolized embolised coiled clipped stented grafted
        transplanted transfused intubated ventilated extubated resuscitated dialyzed dialysed repaired reconstructed
        sutured closed amputated irradiated ablated cauterized cauterised irrigated decompressed enucleated extracted
        curetted cannulated implanted immobilized immobilised splinted defibrillated cardioverted anticoagulated sedated
        heparinized thrombolysed thrombolyzed operated reoperated vaccinated catheterized desensitized rehydrated
        anastomosed aspirated dilated plicated replanted revascularized bypassed nephrectomized splenectomized""",
    "patient": """patient patients she he her his him herself himself woman man boy girl female male lady gentleman infant
        newborn neonate baby child toddler proband y/o yo mother-to-be""",
    "we": "we our us",
    "past": "was were had did underwent received developed presented became began has have been",
    "outcome": """resolved resolving resolution improved improving improvement improvements unchanged progressed progression
        progressing worsened worsening deteriorated deterioration recovered recovering recovery recurred recurrence
        recurrences recurrent relapse relapsed relapses remission remissions died death expired deceased dead demise succumbed
        survived alive survival uneventful uneventfully discharged follow-up followup subsided regressed regression
        disappeared disappearance normalized normalised normalization normalisation healed healing stable stabilized
        stabilised asymptomatic symptom-free disease-free tumor-free cured cure failed ineffective responded response
        respond returned persisted persistent persists regained diminished decreased reduced relieved relief satisfactory
        successful successfully sequelae sequela outcome evolution fatal abated faded lost ceased cleared symptomless
        pain-free seizure-free""",
    "present": """presented presents presenting presentation complained complaining complaint complaints admitted admission
        referred symptoms symptom onset experienced noticed developed reported suffering suffered attended consulted
        history signs manifested manifestations hospitalized hospitalised visited brought""",
    "diagnose": """diagnosed diagnosis diagnoses diagnostic confirmed confirming consistent suggestive compatible
        established suspected identified considered revealed differential criteria""",
    "test": """ct mri mra ecg ekg eeg emg pet spect ultrasound ultrasonography sonography echocardiography echocardiogram
        radiograph radiographs radiography radiographic radiological x-ray x-rays xray tomography imaging scan scans
        scintigraphy angiography angiogram venography mammography endoscopy colonoscopy bronchoscopy gastroscopy
        esophagogastroduodenoscopy cystoscopy laryngoscopy arthroscopy fundoscopy electrocardiogram electrocardiography
        spirometry biopsy biopsies histology histological histologically histopathology histopathological pathology
        pathological cytology immunohistochemistry immunohistochemical microscopy serology serological culture cultures
        pcr sequencing karyotype laboratory blood serum urine urinalysis csf level levels count hemoglobin haemoglobin
        creatinine titer titre titers titres antibody antibodies crp esr leukocytosis leukopenia panel test tests testing
        electrophoresis manometry doppler tomographic dermoscopy exam examination investigations autopsy resonance""",
    "cause": """cause caused causes causing causative secondary due induced etiology aetiology attributed attributable
        triggered trigger precipitated provoked resulting resulted owing implicated culprit origin underlying
        pathogenesis risk predisposing predisposed because led""",
    "adverse": """adverse toxicity toxicities side-effect side-effects side complication complications complicated
        hypersensitivity allergic allergy anaphylaxis anaphylactic intolerance intolerant overdose reaction reactions
        myelosuppression tolerated toxic poisoning induced drug-induced developed""",
    "history": """history past previous previously prior background known comorbidities comorbidity smoker smoked smoking
        alcohol pre-existing preexisting ago unremarkable habits""",
    "family": """mother father sister brother parents sibling siblings family uncle aunt cousin grandmother grandfather son
        daughter relatives consanguineous consanguinity familial maternal paternal twin grandparents""",
    "negation": """no not without never nor neither denied denies denying absence absent negative excluded declined refused
        none cannot couldn't didn't wasn't untreated non free rather nothing ruled unable""",
    "literature": """literature al studies study trials trial authors author reports series cohort guidelines guideline review
        reviews meta-analysis published randomized randomised prospective retrospective investigators consensus
        evidence recommendation recommendations survey registry multicenter researchers""",
    "others": "patients cases individuals people women men children adults infants persons subjects",
    "plan": """planned planning plan scheduled awaiting considered consider proposed suggested recommended advised offered
        contraindicated precluded declined refused deferred postponed intended candidate candidates pending
        waiting refuses refusal refusing avoided option options""",
    "general": """is are can may might should could would must usually often generally typically commonly rarely
        frequently always sometimes will remains include includes""",
}

ENDINGS: Final[dict[WordCue, str]] = {
    "drug": """mab mabs nib nibs ciclib parib zomib rafenib limus cept kinra cillin cillins mycin micin floxacin oxacin cycline
        azole azoles prazole penem penems bactam ciclovir cyclovir vudine fovir navir tegravir amivir olol alol pril sartan
        statin dipine thiazide semide setron triptan gliptin gliflozin glutide glitazone formin predniso nisone nisolone
        olone metasone methasone cortisone parin platin taxel rubicin bicin tecan poside citabine trexate purine prine
        phosphamide osfamide mustine zepam zolam barbital barbitone caine curonium profen coxib dronate dronic phosphonate
        phosphonates fentanyl lukast terol phylline tropium quine plase grel xaban gatran grastim poietin poetin racetam
        gabalin zepine valproate pramine triptyline oxetine traline peridone piprazole peridol tidine lidomide tretinoin relin
        relix rotide tropin fibrate salazine codone lactone renone vaptan sentan dralazine cainide fungin bendazole mectin
        zolid thiouracil mazole thyroxine stigmine tropine therapy therapies ceftri triaxone taxime zidime epime""",
    "procedure": "ectomy ectomies otomy otomies ostomy ostomies plasty plasties pexy desis tripsy centesis rrhaphy pheresis",
    "act": "ectomized ectomised stomized",
}
"""Matched at the end of a word of at least three letters more than the ending."""

_DOSE = r"\d[\d.,\s]{0,6}(?:mg|µg|μg|mcg|ug|g|iu|u|units?|ml|mcg|mmol|meq|gy|cgy)"
_RATE = r"(?:\s?/\s?(?:kg|m2|m²|day|d|dose|h|hr|hour|week|wk|month|min)\b|\s(?:per|a|every|once|twice|three|four|daily|weekly|monthly|bid|b\.i\.d|tid|t\.i\.d|qid|q\d|od|orally|intravenous|iv|i\.v|po|p\.o|sc|im|subcutaneous|bolus|dose)\b)"
_AMONG = r"(?:[\w'/-]+\s+)"
_GIVEN = (
    r"(?:treated|given|administered|started|commenced|initiated|performed|received?|prescribed|undergo|undergone|underwent"
    r"|undertaken|used|taken|require[ds]?|needed|operated|carried|done|instituted|attempted|begun|offered|continued"
    r"|excised|resected|transfused|intubated|taking|take)"
)
_CARE = r"(?:treatments?|therap(?:y|ies)|medications?|drugs?|surger(?:y|ies)|operations?|interventions?|chemotherapy|radiotherapy)"

PHRASES: Final[dict[str, str]] = {
    # What is given follows at once and may be any word: no drug name is needed.
    "given": rf"""
        \b(?:treated|managed|medicated)\s+{_AMONG}{{0,3}}?(?:with|by|using)\s+(?!success|good\b|satisf|caution|care\b|difficult|the\s+(?:same|aim))
      | \b(?:started|commenced|put|placed|begun|maintained|initiated|switched|restarted)\s+{_AMONG}{{0,2}}?on\s+(?!the\s+(?:wait|list|table|operat)|day|admission|\d)
      | \b(?:treatment|therapy|pre-?treatment|monotherapy|management|prophylaxis)\s+(?:(?:was|were|had\s+been)\s+)?(?:\w+ly\s+)?(?:(?:started|initiated|commenced|instituted|begun|given)\s+)?with\s+(?!the\s+(?:same|aim)|(?:good|success|no|a\s+good|partial|satisf)\b)
      | \b(?:regimen|medications?|treatment|therapy)\s+{_AMONG}{{0,6}}?(?:included|consisted\s+of|consisting\s+of|comprised|comprising)\s+
      | \b(?:treatments?|therap(?:y|ies)|medications?)\s+(?:\w+\s+){{0,5}}?(?:includ(?:ing|ed)|consist(?:ed|ing)\s+of|were|was|comprised)\s*:?\s+(?=\w+(?:,|\s\d|\s+and\s))
      | \b(?:refractory|unresponsive|resistant|respond(?:ed|ing)?|response)\s+(?:\w+\s+){{0,2}}?to\s+(?:\w+\s+){{0,5}}?(?:treatments?|therap(?:y|ies)|medications?)\s+(?:including|with|such\s+as)
      | \b(?:was|were|been|being)\s+(?:\w+ly\s+)?(?:prescribed|administered)\s+(?!to\b|in\b|at\b|for\b|by\b|on\b|and\b)
    """,
    "dose": rf"{_DOSE}{_RATE}",
    "withheld": rf"""
        \b(?:not|never|n't|neither|nor)\s+{_AMONG}{{0,3}}?{_GIVEN}\b
      | \b(?:no|without|denied|denies|denying|absence\s+of|lack\s+of|instead\s+of|rather\s+than)\s+{_AMONG}{{0,4}}?(?:{_CARE}|transfusions?|steroids?|antibiotics?|resection|excision|intervention)\b
      | \b(?:declined|refused|refuses|refusing|refusal|contraindicated|precluded|deferred|postponed|withheld|avoided|unsuitable|unfit|cancelled|abandoned|ineligible)\b
      | \bnot\s+(?:a\s+)?(?:candidate|amenable|indicated|suitable|eligible|feasible|possible|considered|recommended|necessary|required|warranted|available|on\b)
      | \b(?:un(?:able|willing)\s+to\s+(?:take|receive|undergo|tolerate)|untreated|no\s+longer\s+(?:a\s+)?candidate|ruled\s+out\s+(?:surger|operat|resect))
    """,
    "spared": r"""\b(?:not|no|without|never|n't|lack\s+of|absence\s+of|nor)\s+(?:\w+\s+){0,3}?(?:respon|improv|benefit|effect|success|relie|toler|resol|complication|recurren|evidence|sign|adverse|side|symptom|event|problem|significant|control|sustain|alleviat|help|previous\s+respon)""",
    "planned": r"""
        \b(?:planned|scheduled|awaiting|proposed|suggested|recommended|advised|intended|pending|waiting|decided\s+against|under\s+consideration|was\s+considered|were\s+considered|candidate\s+for|listed\s+for|plan(?:s)?\s+(?:is|to|for|was)|offered|encouraged\s+to|counsel+ed|will\s+be|would\s+be|should\s+be|could\s+be|to\s+be\s+(?:treated|started|given|performed)|if\s+(?:needed|necessary|required)|discussed|option)\b
    """,
    "reported": r"""
        \b(?:ha(?:s|ve)|had)\s+(?:\w+\s+){0,2}?been\s+(?:\w+\s+){0,2}?(?:reported|described|used|tested|shown|proposed|suggested|documented|recommended|published|studied|found|considered|tried|demonstrated|observed|advocated|employed|approved|associated|treated\s+with\s+(?:variable|some))
      | \b(?:case\s+(?:reports?\s+(?:have|show|of|describ)|series|studies)|et\s+al|in\s+the\s+literature|previous(?:ly)?\s+(?:reports?|reported|published|described)|options?\s+(?:include|for|are|is)|treatment\s+options|treatment\s+of\s+choice|gold\s+standard|mainstay|first[\s-]line\s+(?:treatment|therapy)\s+(?:is|for)|studies\s+(?:have|show)|trials?\s+(?:have|show)|reported\s+(?:by|that|a\s+case|cases|in)|recommended\s+(?:by|for|in)|it\s+is\s+(?:\w+\s+){0,2}?(?:important|recommended|known|believed|possible)|indicated\s+(?:for|in)\s+patients|according\s+to\s+(?:the\s+)?(?:guideline|literature|study))\b
      | \bto\s+(?:the\s+best\s+of\s+)?our\s+knowledge\b
    """,
    "own": r"""
        \b(?:our|this|the\s+present|present|current|index|the)\s+(?:\w+\s+){0,2}?(?:patient|case|child|infant|woman|man|boy|girl|neonate|newborn)\b(?!s)
      | \b(?:both|all|our|the\s+(?:two|three|four|five))\s+(?:of\s+our\s+)?(?:\w+\s+){0,1}?(?:patients|cases|siblings|children)\b
      | \bwe\s+(?:here(?:in|by)?\s+)?(?:\w+ly\s+)?(?:report(?!ed\s+that)|present|describe|treated|performed|administered|started|gave|used|decided|chose|initiated|observed|encountered|did|successfully|removed|excised|resected|diagnosed|found|had)
      | \b(?:\d{1,3}|\w+ty)[\s-](?:year|month|week|day)s?[\s-]old\b
    """,
    "outcome": r"""
        \b(?:remain(?:ed|s|ing)\s+(?:\w+\s+){0,2}?(?:unchanged|stable|well|asymptomatic|free|alive|symptom|disease|in\s+(?:good|complete|remission)|without|under\s+control|seizure)
      | (?:no|without|any|free\s+of|free\s+from)\s+(?:\w+\s+){0,4}?(?:recurrences?|relapses?|improvement|response|complications?|symptoms|progression|sequelae|metastas[ei]s|recurrent)
      | follow(?:ed)?[\s-]?up|(?:was|were|been)\s+(?:\w+\s+){0,2}?discharged|discharged\s+(?:home|on|from|with|after|in)
      | passed\s+away|(?:complete|partial|full|good|excellent|clinical|dramatic|rapid|significant|marked|gradual|slow|substantial|progressive|satisfactory|favou?rable|poor)\s+(?:\w+\s+){0,2}?(?:recovery|response|remission|resolution|improvement|healing|outcome|regression|relief)
      | (?:died|deceased|expired|death\s+(?:occurred|ensued)|(?:her|his|patient's)\s+death|succumbed|survived|alive)
      | (?:did|does|do)\s+not\s+(?:respond|improve|recur|relapse|resolve)|fail(?:ed|ure)\s+(?:of|to\s+(?:respond|improve|resolve))
      | post-?\s?operative\s+(?:course|period|recovery)|(?:symptoms?|lesions?|pain|fever|rash|condition|disease|vision|function|levels?|count|mass|tumou?r|swelling|weakness|status|state|course|evolution)\s+(?:\w+\s+){0,4}?(?:resolved|improved|subsided|disappeared|persisted|progressed|worsened|deteriorated|regressed|recurred|unchanged|uneventful|favou?rable|normali[sz]ed|healed|stabili[sz]ed|recovered|relieved|decreased|cleared)
      | (?:resolved|improved|recovered|subsided|progressed|worsened|deteriorated|relapsed|recurred|(?:was|were|had|has|have|completely|fully)\s+healed|regressed|normali[sz]ed|disappeared|unchanged|stabili[sz]ed|responded|uneventful|uneventfully|resolution\s+of|improvement\s+(?:of|in|was)|recurrence\s+(?:was|of|after|occurred)|remission|successfully\s+(?:weaned|extubated|treated|discharged)|tumou?r-free|disease-free|symptom-free|seizure-free|asymptomatic\s+(?:at|after|for|with)|returned\s+to\s+(?:normal|baseline|work|school|h(?:is|er)))
      )\b
    """,
    "diagnosis": r"""
        \b(?:diagnos(?:is|es)\s+(?:of|was|were|is|remained|:)|(?:was|were|been|being)\s+(?:\w+\s+){0,2}?diagnosed|diagnosed\s+(?:as|with|by|on|to\s+have)|we\s+diagnosed|(?:confirm(?:ed|ing|s)|establish(?:ed|ing)|made|mak(?:e|ing)|support(?:ed|ing)|final|definitive|definite|provisional|working|clinical|presumptive|histological|pathological|initial|differential)\s+(?:\w+\s+){0,3}?diagnos[ie]s|(?:consistent|compatible|in\s+keeping)\s+with|suggestive\s+of|suggest(?:ed|ing)\s+(?:a\s+|the\s+)?(?:\w+\s+){0,2}?(?:diagnosis|disease|syndrome|\w+oma|\w+itis)|confirm(?:ed|ing)\s+(?:the\s+)?(?:presence|diagnosis)|(?:fulfil+ed|met)\s+(?:\w+\s+){0,5}?criteria|criteria\s+for)
    """,
    "presentation": r"""
        \b(?:present(?:ed|s|ing)\s+(?:\w+\s+){0,6}?(?:with|for|to|at|because|due|complaining)|presentation|complain(?:ed|ing|ts?)|(?:was|were)\s+(?:\w+\s+){0,2}?(?:admitted|referred|hospitali[sz]ed|brought|transferred|seen)|(?:\w+\s+)?(?:history\s+of)\s+(?:\w+\s+){0,4}?(?:pain|fever|cough|dysp\w+|weakness|swelling|headaches?|vomiting|diarrh\w+|fatigue|rash|loss|bleeding|lesions?|mass|seizures?|arthralgias?|vision|itching|nausea|tingling|numbness|symptoms?)|(?:sudden|gradual|acute|insidious|progressive)\s+onset|(?:her|his|the|main|initial|first|chief|presenting)\s+(?:\w+\s+){0,2}?(?:symptoms?|complaints?|signs?)|on\s+(?:admission|presentation|arrival|(?:physical\s+|clinical\s+)?examination)|noticed|suffer(?:ed|ing|s)\s+from|developed\s+(?:\w+\s+){0,5}?(?:pain|fever|rash|lesions?|plaques?|nodules?|swelling|weakness|symptoms?|cough|dysp\w+|edema|oedema|mass|ulcers?))
    """,
    "finding": r"""
        \b(?:show(?:ed|s|n|ing)|reveal(?:ed|s|ing)|demonstrat(?:ed|es|ing|e)|disclosed|detected|found|findings?|normal|abnormal|elevated|increased|decreased|raised|low|high|positive|negative|measur(?:ed|ing)|indicated|suggested|confirmed|identified|visible|seen|noted|observed|visuali[sz]ed|reported|within|consistent|unremarkable|notable|significant|evidence|objectified|exhibited|displayed|depict\w+|\d+(?:\.\d+)?\s?(?:mg/dl|g/dl|mmol/l|u/l|iu/l|ng/ml|mm/h|/mm3|/µl|/μl|pg/ml|cm|mm|iu/ml|g/l|mg/l|µmol/l|μmol/l|%))
    """,
    "cause": r"""
        \b(?:caus(?:ed?|es|ing|ative)|due\s+to|secondary\s+to|induced(?:\s+by)?|(?:a?etiolog|pathogen|pathophysiolog)\w+|attribut(?:ed|able)|trigger(?:ed|s)?|precipitat(?:ed|ing)|provoked|result(?:ed|ing|s)?\s+(?:of|from)|owing\s+to|implicated|culprit|risk\s+factors?|predispos(?:ed|ing)|led\s+to|hypothesi[sz]ed?|mutation|because\s+of|as\s+a\s+consequence)\b
    """,
    "adverse": r"""
        \b(?:adverse|side[\s-]effects?|toxicit(?:y|ies)|complicat(?:ed|ions?)|hypersensitivity|allerg(?:y|ic)|anaphyla\w+|intoleran(?:ce|t)|overdose|(?:severe|infusion|allergic|drug|transfusion|cutaneous|skin)\s+reactions?|reaction\s+to|myelosuppression|(?:poorly|well)\s+tolerated|(?:drug|steroid|\w+)-(?:induced|related)|discontinued\s+(?:due|because|owing|for)|(?:stopped|withdrawn|ceased)\s+(?:due|because|owing)|after\s+(?:starting|initiation\s+of|receiving|taking|administration\s+of)\s+\w+)
    """,
    "history": r"""
        \b(?:(?:medical|past|surgical|social|personal|family|clinical|obstetric|travel|medication|drug|previous|prior|significant|known|unremarkable)\s+(?:\w+\s+){0,2}?history|history\s+(?:of|was|included|revealed|is)|comorbidit\w+|co-morbidit\w+|smok(?:er|ed|ing)|alcohol|known\s+(?:case|to\s+have|with|for|diabet\w+|hypertens\w+)|previously\s+(?:healthy|well|diagnosed|known|treated)|years?\s+(?:ago|earlier|previously|before)|pre-?existing|had\s+(?:previously|been\s+diagnosed))
    """,
    "family": r"\b(?:family\s+history|(?:her|his|the|patient's|whose|their)\s+(?:\w+\s+)?(?:mother|father|sister|brother|parents|siblings?|uncle|aunt|cousin|grandmother|grandfather|son|daughter)s?|consanguine\w+|relatives)\b",
    "excluded": r"""
        \b(?:no|without|denied|denies|denying|never|neither|nor|negative\s+for|absence\s+of|absent|exclud(?:ed?|ing)|rul(?:ed?|ing)\s+out|unlikely|not\s+(?:\w+\s+){0,3}?(?:have|show|reveal|suggest|consistent|demonstrate|meet|fulfil|found|detected|present|confirm|support)|differential\s+diagnos[ie]s|free\s+of|instead\s+of|rather\s+than|mimic\w*|resembl\w+|misdiagnosed|non)\b
    """,
    "listed": r"""
        \b(?:such\s+as|including|includes?|e\.g|for\s+example|for\s+instance|like|especially|(?:variety|number|range|group|spectrum)\s+of|various|mainly|particularly|predominantly|other|differential)\b
    """,
}
"""Verbose, case-insensitive patterns; which sentences a pattern is tried on is decided by the word cues."""
