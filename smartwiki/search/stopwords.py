"""Words that say nothing of what a page is about, for each language; ours, not from a list.

Written as people write them; the analyser folds them. Words that could be the point of a question
here are left out on purpose (French "bon", "avoir" a noun; Dutch "lid"; English "will").
"""

_LISTS = {
    "fr": """
        a à ai as au aux avec c ça car ce cela celle celles celui ces cet cette ceux chez ci comme
        comment d dans de des dois doit donc dont du elle elles en es est et était être eux
        fait faut font il ils j je l la là le les leur leurs lorsque lui m ma mais me mes moi mon
        n ne ni nos notre nous on ont ou où par pas peut peuvent peux plus pour pourquoi puis
        puisque qu quand que quel quelle quelles quels qui quoi quoique s sa sans se sera ses si
        soi sommes son sont suis sur t ta te tes toi ton tu un une va veut veux vos votre vous y
    """,
    "nl": """
        aan al als bij daar dan dat de der deze die dit doe door dus een en er ge geen had heb
        hebben heeft het hier hij hoe hun ik in is ja je jij jou jouw jullie kan kun kunnen maar
        me men met mij mijn moet moeten mag na naar niet nog nu of om omdat ons onze ook op over
        s t te ten ter tot u uit uw van veel voor waar waarom waarover wanneer want was wat we
        welk welke wel wie wij wil word worden wordt zal ze zelf zich zij zijn zo zonder zou
    """,
    "en": """
        a about am an and any are as at be because been but by can could did do does for from get
        had has have he her his how i if in into is it its may me my no not of on or our she
        should so some than that the their them then there these they this those to us was we were
        what when where which who why with would you your
    """,
    "de": """
        aber als am an auch auf aus bei beim bin bis bist da damit dann das dass dein dem den der
        des dich die dir doch du durch ein eine einem einen einer eines er es für hat habe haben
        ich ihr ihre im in ins ist ja kann kein keine können man mein meine meinem meinen meiner
        mich mir mit muss müssen nach nicht noch nur ob oder ohne sein seine sich sie sind so soll
        sollen über um und uns unser unsere vom von vor wann war warum was wegen weil welche
        welcher wenn wer werden wie wird wir wo zu zum zur
    """,
}

STOP_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}
