"""The words by which a sentence shows its role, as data.

Whole words (``WORDS``) and word endings (``ENDINGS``); ``phrases`` holds the patterns. There is no drug
lexicon here: a drug is told by the ending of its international nonproprietary name (the stems of the
WHO's INN list), by its class, or by what stands around it. ``corpus.cases.roles`` reads them.
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
    "drug": """
        steroid steroids corticosteroid corticosteroids glucocorticoid glucocorticoids antibiotic antibiotics
        antimicrobial antimicrobials antibacterial antibacterials antiviral antivirals antifungal antifungals
        antituberculous antituberculosis anthelmintic anticonvulsant anticonvulsants antiepileptic antiepileptics
        antihypertensive antihypertensives antidepressant antidepressants antipsychotic antipsychotics antiemetic
        antiemetics antihistamine antihistamines antiarrhythmic antiarrhythmics antiplatelet antiplatelets
        antiretroviral antiretrovirals antacid antacids antidote antivenom antitoxin anticoagulant anticoagulants
        anticoagulation analgesic analgesics analgesia opioid opioids nsaid nsaids diuretic diuretics vasopressor
        vasopressors inotrope inotropes bronchodilator bronchodilators laxative laxatives immunosuppressant
        immunosuppressants immunosuppression immunosuppressive immunoglobulin immunoglobulins ivig insulin
        interferon blocker blockers inhibitor inhibitors agonist agonists antagonist antagonists chemoradiation
        chemotherapeutic thrombolytics cytotoxic biologic biologics supplements supplementation aspirin digoxin
        morphine lithium ketamine adrenaline epinephrine norepinephrine noradrenaline dopamine dobutamine vitamin
        bicarbonate dextrose saline fluids cream ointment eyedrops lotion mouthwash suppository inhaler tablet
        tablets capsules vaccine regimen cycles bolus boluses infusion infusions injection injections
    """,
    "procedure": """
        surgery surgeries operation operations reoperation excision excisions re-excision resection resections
        debridement drainage ablation embolization embolisation coiling clipping grafting graft grafts allograft
        autograft bypass stent stents stenting transplant transplantation transfusion transfusions dialysis
        hemodialysis haemodialysis hemofiltration plasma-exchange apheresis irradiation radiosurgery cryoablation
        laser photocoagulation reconstruction repair fixation osteosynthesis sutures suturing anastomosis ligation
        amputation arthrodesis replacement implantation pacemaker defibrillator cardioversion defibrillation
        intubation ventilation resuscitation oxygenation decompression evacuation enucleation exenteration
        extraction curettage irrigation lavage shunt shunting splint brace immobilization immobilisation prosthesis
        obturation rehabilitation exercises diet exchange cauterization electrocautery cautery thrombolysis
        fibrinolysis cesarean caesarean closure removal detorsion surgical tamponade ecmo desensitization
        keratoplasty physiotherapy prosthetic massage
    """,
    "care": """
        treatment treatments therapy therapies medication medications drug drugs management regime therapeutic
    """,
    "give": """
        treated retreated received receives receiving administered started restarted commenced initiated instituted
        given prescribed underwent undergone undergoing performed added begun began continued maintained resumed
        switched replaced escalated tapered doubled discontinued stopped ceased withdrawn taking took taken managed
        medicated supplemented substituted used applied injected infused inserted placed implanted done undertaken
        completed carried required needed introduced provided delivered fitted attempted tried treating refractory
        unresponsive despite failed repeated respond responded response gave chose followed involved salvaged
    """,
    "act": """
        excised resected removed drained evacuated debrided ligated embolized embolised coiled clipped stented
        grafted transplanted transfused intubated ventilated extubated resuscitated dialyzed dialysed repaired
        reconstructed sutured amputated irradiated ablated cauterized cauterised irrigated decompressed enucleated
        extracted curetted cannulated implanted immobilized immobilised splinted defibrillated cardioverted
        anticoagulated sedated heparinized thrombolysed thrombolyzed operated reoperated vaccinated catheterized
        desensitized rehydrated anastomosed plicated replanted revascularized nephrectomized splenectomized
    """,
    "patient": """
        patient patients she he her his him herself himself woman man boy girl female male lady gentleman infant
        newborn neonate baby child toddler proband sisters brothers siblings twins y/o yo mother-to-be
    """,
    "we": "we our us",
    "past": "was were had did underwent received developed presented became began has have been",
    "outcome": """
        resolved resolving resolution improved improving improvement improvements unchanged progressed progression
        progressing worsened worsening deteriorated deterioration recovered recovering recovery recurred recurrence
        recurrences recurrent relapse relapsed relapses remission remissions died death expired deceased dead demise
        succumbed survived alive survival uneventful uneventfully discharged follow-up followup subsided regressed
        regression disappeared disappearance normalized normalised normalization normalisation healed healing stable
        stabilized stabilised asymptomatic symptom-free disease-free tumor-free cured cure failed ineffective
        responded response respond returned persisted persistent persists regained diminished decreased reduced
        relieved relief satisfactory successful successfully sequelae sequela outcome evolution fatal abated faded
        lost ceased cleared change changed halted continued symptomless pain-free seizure-free
    """,
    "present": """
        examination presented presents presenting presentation complained complaining complaint complaints admitted
        admission referred symptoms symptom onset experienced noticed developed reported suffering suffered attended
        consulted history signs manifested manifestations hospitalized hospitalised visited brought
    """,
    "diagnose": """
        diagnosed diagnosis diagnoses diagnostic confirmed confirming consistent suggestive compatible established
        suspected identified considered revealed differential criteria
    """,
    "test": """
        ct mri mra ecg ekg eeg emg pet spect ultrasound ultrasonography sonography echocardiography echocardiogram
        radiograph radiographs radiography radiographic radiological x-ray x-rays xray tomography imaging scan scans
        scintigraphy angiography angiogram venography mammography endoscopy colonoscopy bronchoscopy gastroscopy
        esophagogastroduodenoscopy cystoscopy laryngoscopy arthroscopy fundoscopy electrocardiogram
        electrocardiography spirometry biopsy biopsies histology histological histologically histopathology
        histopathological pathology pathological cytology immunohistochemistry immunohistochemical microscopy
        serology serological culture cultures pcr sequencing karyotype laboratory blood serum urine urinalysis csf
        level levels count hemoglobin haemoglobin creatinine titer titre titers titres antibody antibodies crp esr
        leukocytosis leukopenia panel test tests testing electrophoresis manometry doppler tomographic dermoscopy
        exam examination investigations autopsy resonance
    """,
    "cause": """
        cause caused causes causing causative secondary due induced etiology aetiology attributed attributable
        triggered trigger precipitated provoked resulting resulted owing implicated culprit origin underlying
        pathogenesis risk predisposing predisposed because led
    """,
    "adverse": """
        adverse toxicity toxicities side-effect side-effects side complication complications complicated
        hypersensitivity allergic allergy anaphylaxis anaphylactic intolerance intolerant overdose reaction
        reactions myelosuppression tolerated toxic poisoning induced drug-induced developed
    """,
    "history": """
        history past previous previously prior background known comorbidities comorbidity smoker smoked smoking
        alcohol pre-existing preexisting ago unremarkable habits
    """,
    "family": """
        mother father sister brother parents sibling siblings family uncle aunt cousin grandmother grandfather son
        daughter relatives consanguineous consanguinity familial maternal paternal twin grandparents
    """,
    "negation": """
        no not without never nor neither denied denies denying absence absent negative excluded declined refused
        none cannot couldn't didn't wasn't untreated non free rather nothing ruled unable
    """,
    "literature": """
        literature al studies study trials trial authors author reports series cohort guidelines guideline review
        reviews meta-analysis published randomized randomised prospective retrospective investigators consensus
        evidence recommendation recommendations survey registry multicenter researchers
    """,
    "others": "patients cases individuals people women men children adults infants persons subjects",
    "plan": """
        planned planning plan plans scheduled awaiting considered consider proposed suggested recommended advised
        offered contraindicated precluded declined refused deferred postponed intended candidate candidates pending
        waiting refuses refusal refusing avoided option options
    """,
    "general": """
        is are can may might should could would must usually often generally typically commonly rarely frequently
        always sometimes will remains include includes
    """,
}

ENDINGS: Final[dict[WordCue, str]] = {
    "drug": """
        mab mabs nib nibs ciclib parib zomib rafenib limus cept kinra cillin cillins mycin micin floxacin oxacin
        cycline azole azoles prazole penem penems bactam ciclovir cyclovir vudine fovir navir tegravir amivir olol
        alol pril sartan statin dipine tiazem thiazide semide setron triptan gliptin gliflozin glutide glitazone formin
        predniso nisone nisolone olone metasone methasone cortisone parin platin taxel rubicin bicin tecan poside
        citabine trexate purine prine phosphamide osfamide mustine zepam zolam barbital barbitone caine curonium
        profen coxib dronate dronic phosphonate phosphonates fentanyl lukast terol phylline tropium quine plase grel
        xaban gatran grastim poietin poetin racetam gabalin zepine valproate pramine triptyline oxetine traline
        peridone piprazole peridol tidine lidomide tretinoin relin relix rotide tropin fibrate salazine codone
        lactone renone vaptan sentan dralazine cainide fungin bendazole mectin zolid thiouracil mazole thyroxine
        stigmine tropine therapy therapies triaxone taxime zidime epime
    """,
    "procedure": """
        ectomy ectomies otomy otomies ostomy ostomies plasty plasties pexy desis tripsy centesis rrhaphy pheresis
    """,
    "act": "ectomized ectomised stomized",
}
"""Matched at the end of a word of at least three letters more than the ending."""

SETS: Final[dict[Literal["auxiliary", "dating", "describing", "unnamed", "extent"], str]] = {
    "auxiliary": "was were been being we had and then surgeon surgeons team",
    "dating": "after post following before during prior until since",
    "describing": """
        sensitive resistant susceptible induced related associated naive dependent like free eluting
    """,
    "unnamed": """
        the this that these any no with of for and in on to after further her his its other such all specific
        effective under by without initial previous available current new appropriate difficult optimal medical a
    """,
    "extent": """
        universalis circumscripta totalis generalized generalised localized localised diffuse disseminated extensive
        widespread massive severe mild moderate advanced refractory intractable recurrent relapsing rare unusual
        atypical bilateral unilateral profound marked
    """,
}
"""``auxiliary``: what makes a procedure a verb ("was excised"), not an attribute ("the excised specimen").
``dating``: a treatment behind one of these dates something else ("after surgery, she underwent imaging").
``describing``: a compound ending in one describes ("methicillin-sensitive" gives nobody methicillin).
``unnamed``: before "therapy" these leave it unnamed. ``extent``: how much or how far, not which condition.
"""
