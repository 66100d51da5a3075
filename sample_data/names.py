"""Names for people who do not exist: family names from trees, weather and landscape in many languages."""

from __future__ import annotations

import numpy as np

FAMILIES = """
Alderwick Ashbourne Bramble Brookmere Cloverfield Dewfield Elderby Fernleigh Gorsedale Hawthorne Hazelmere Heatherly
Larkmoor Maplewood Meadowcroft Nettlefold Oakshott Rowanby Saltmarsh Sedgewick Snowdrift Thistledown Willowby Yewdale
Beaupré Chênevert Clairefontaine Églantine Lavandier Rivière Rosée Tilleul Ventoux
Ährenfeld Birnbaumer Grünwaldt Heidekraut Lindenhöfer Nebelung Schneewind Weidenbach
Åkerblom Bjørnli Enger Fjellvik Granström Lövdal Norrsken Øyvang Solbakken Strandvik
Castaño Encinar Lluvia Nieves Olivar Peñaflor Ribeirão Romero Silvestre Valverde
Acero Boschetto Cipresso Fiorentini Nocetti Olivella
Brzozka Dąbek Javorová Kalina Lípová Olszyna Śnieżek Topolski
Çınaroğlu Güneş Söğüt Yaprak Yıldızlı
Al-Nakhla Al-Zaytun Bahari Narges Rimal Sanobar Warda Yasmin
Amaltas Champa Gulmohar Kamalika Madhavi Neemkar Palash Parijat
Hayashibara Kawanishi Matsuba Momijiya Sakuraba Takenouchi Baek-Sol Lin Meihua Zhulin
Adansonia Iroko Moringa Obeche Savane Tamarindo
"""
FEMALE = """
Aisha Alma Amara Anouk Beatriz Bérénice Bronwen Chidi Dilek Dora Edda Elif Esperança Fadila Fiona Freya Greta Halina
Ingrid Iris Jarmila Joanna Kaia Kavita Keiko Laila Linnéa Lucía Maeve Mairéad Malika Marisol Mei Minna Nadia Nanami
Noémie Odile Olena Paloma Priya Rania Renée Rosalind Sanna Shirin Sigrid Solveig Suki Tamar Thea Usha Vera Wanjiru
Xenia Yara Yoko Zainab Zofia Zoë
"""
MALE = """
Anders Arjun Bashir Bogdan Casimir Daniel Demba Edwin Emre Ewan Farid Félix Gareth Gustavo Hamid Hiro Håkon Idris
Ivan Jakub Jorge Jun Kasper Kenji Kwesi Lars Luca Magnus Matteo Nikhil Niall Olof Omar Pascal Pavel Rashid René Rohan
Rufus Samir Seán Søren Tadeusz Tobias Tomás Ugo Viktor Wren Yusuf Zeki
"""
EITHER = "Alix Ariel Bao Jules Kai Noor Robin Sasha"
FAMILY = FAMILIES.split()
GIVEN = {sex: text.split() for sex, text in {"female": FEMALE, "male": MALE, "other": EITHER}.items()}


def drawn(rng: np.random.Generator, sexes: list[str]) -> list[tuple[str, str]]:
    """(family, given) for each person; no full name twice, no family name again before all were used."""
    families = [name for _ in range(len(sexes) // len(FAMILY) + 1) for name in rng.permutation(FAMILY)]
    pools = {sex: list(rng.permutation(names)) for sex, names in GIVEN.items()}
    found, taken = [], set()
    for family, sex in zip(families, sexes, strict=False):
        pool = pools[sex]
        given = next(name for name in pool if (family, name) not in taken)
        pool.append(pool.pop(pool.index(given)))
        taken.add((family, given))
        found.append((str(family), str(given)))
    return found
